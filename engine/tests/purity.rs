//! The engine has no clock, randomness, lock, thread, async runtime, serde or protobuf: it cannot even name them.
#![allow(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::{fs, path::Path};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn the_only_dependency_is_uuid() {
    let manifest = read("Cargo.toml");
    let sections = manifest.split("\n[").filter(|section| section.starts_with("dependencies]"));
    let lines =
        sections.flat_map(str::lines).skip(1).filter(|line| !line.starts_with('#') && !line.is_empty());
    let names: Vec<_> = lines.map(|line| line.split([' ', '.', '=']).next().unwrap()).collect();
    assert_eq!(names, ["uuid"]);
    for other in ["[target.", "[build-dependencies]", "[dependencies."] {
        assert!(!manifest.contains(other), "{other}");
    }
}

#[test]
fn the_crate_is_without_std() {
    // Without std there is no clock, thread, lock, file or socket to be named.
    let root = read("src/lib.rs");
    assert!(root.lines().any(|line| line == "#![no_std]"));
    for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        assert!(!code.contains("extern crate std") && !code.contains("std::"), "{}", file.display());
    }
}

#[test]
fn files_are_short() {
    for file in files(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 500, "{} has {lines} lines", file.display());
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let nested = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    nested.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}
