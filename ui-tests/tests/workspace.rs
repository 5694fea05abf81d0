//! Rules of the whole workspace that no compiler checks: which crate may depend on which, and what all crates forbid.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What each crate may depend on inside the workspace, outside of tests.
const ARROWS: &[(&str, &[&str])] = &[
    ("dacapo-engine", &[]),
    ("dacapo-proto", &["dacapo-engine"]),
    ("dacapo-macros", &[]),
    // The sidecar only with the feature `testing`, as the next test says.
    ("dacapo", &["dacapo-engine", "dacapo-proto", "dacapo-macros", "dacapo-sidecar"]),
    ("dacapo-sidecar", &["dacapo-proto"]),
    ("order-processor", &["dacapo", "dacapo-proto", "dacapo-sidecar"]),
    ("testing-example", &["dacapo"]),
    ("ui-tests", &[]),
    ("clippy-layer", &["dacapo"]),
    ("no-std", &["dacapo"]),
    ("corpus", &["dacapo"]),
];

/// Everything that the engine may depend on: nothing that does I/O, reads clocks, locks, spawns or parses.
const ENGINE_DEPENDENCIES: &[&str] = &["uuid"];

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package stands in a folder of the workspace")
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(workspace())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

/// Name of each package, its manifest, and its dependencies outside of tests.
fn packages() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages are an array").iter().map(|package| {
        let dependencies = package["dependencies"].as_array().expect("dependencies are an array").iter();
        let built = dependencies.filter(|dependency| dependency["kind"].as_str() != Some("dev"));
        let names = built.filter_map(|dependency| dependency["name"].as_str()).map(str::to_owned).collect();
        let text = |key: &str| package[key].as_str().expect("it is text").to_owned();
        (text("name"), (text("manifest_path"), names))
    });
    packages.collect()
}

#[test]
fn dependencies_point_one_way() {
    let packages = packages();
    let ours: BTreeSet<&String> = packages.keys().collect();
    for (name, (_, dependencies)) in &packages {
        let (_, allowed) = ARROWS
            .iter()
            .find(|(known, _)| known == name)
            .unwrap_or_else(|| panic!("`{name}` has no row in ARROWS"));
        for dependency in dependencies.iter().filter(|dependency| ours.contains(dependency)) {
            assert!(allowed.contains(&dependency.as_str()), "`{name}` may not depend on `{dependency}`");
        }
    }
    for (name, allowed) in ARROWS {
        assert!(packages.contains_key(*name), "`{name}` is not in the workspace");
        assert!(
            allowed.iter().all(|target| ours.iter().any(|known| known == target)),
            "a target of `{name}` is not in the workspace"
        );
    }
}

/// Tests in process run on the sidecar's core; a program that is no test has neither it nor its server.
#[test]
fn the_runtime_takes_the_core_of_the_sidecar_for_tests_alone() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages are an array");
    let runtime = packages.iter().find(|package| package["name"] == "dacapo").expect("it is there");
    let dependencies = runtime["dependencies"].as_array().expect("dependencies are an array");
    let sidecar = dependencies.iter().find(|one| one["name"] == "dacapo-sidecar" && one["kind"].is_null());
    let sidecar = sidecar.expect("the runtime depends on it");
    assert_eq!((&sidecar["optional"], &sidecar["uses_default_features"]), (&true.into(), &false.into()));
    assert_eq!(sidecar["features"], Value::Array(Vec::new()));
    let takers =
        runtime["features"].as_object().expect("features are an object").iter().filter(|(_, parts)| {
            let parts = parts.as_array().expect("a feature is an array");
            parts.iter().any(|part| part.as_str().is_some_and(|part| part.contains("dacapo-sidecar")))
        });
    assert_eq!(takers.map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["testing"]);
}

#[test]
fn the_engine_depends_on_nothing_that_acts() {
    let packages = packages();
    let (_, dependencies) = &packages["dacapo-engine"];
    let allowed: BTreeSet<String> = ENGINE_DEPENDENCIES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(dependencies, &allowed);
}

#[test]
fn the_runtime_pins_the_macros_of_its_own_release() {
    let metadata = metadata();
    let runtime = metadata["packages"]
        .as_array()
        .expect("an array")
        .iter()
        .find(|package| package["name"] == "dacapo")
        .expect("it is there");
    let macros = runtime["dependencies"]
        .as_array()
        .expect("an array")
        .iter()
        .find(|one| one["name"] == "dacapo-macros")
        .expect("it is there");
    assert_eq!(
        macros["req"].as_str(),
        Some(format!("={}", runtime["version"].as_str().expect("text")).as_str())
    );
}

#[test]
fn every_crate_forbids_unsafe_code_through_the_one_lint_table() {
    let root = std::fs::read_to_string(workspace().join("Cargo.toml")).expect("the workspace has a manifest");
    assert!(root.contains("unsafe_code = \"forbid\""), "the lint table must forbid unsafe code");
    for (name, (manifest, _)) in packages() {
        let manifest = std::fs::read_to_string(&manifest).expect("a manifest can be read");
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "`{name}` does not use the lint table of the workspace"
        );
    }
}

#[test]
fn files_stay_under_500_lines() {
    let mut folders: Vec<_> = ARROWS
        .iter()
        .filter_map(|(name, _)| Path::new(&packages()[*name].0).parent().map(Path::to_owned))
        .collect();
    let mut long = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)
            .expect("a folder can be read")
            .map(|entry| entry.expect("an entry can be read").path())
        {
            let generated = entry.ends_with("generated") || entry.ends_with("target");
            if entry.is_dir() && !generated {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                let lines = std::fs::read_to_string(&entry).expect("a source can be read").lines().count();
                if lines >= 500 {
                    long.push(format!("{} has {lines}", entry.display()));
                }
            }
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

/// Files below a folder of the workspace.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder can be read");
    let paths = entries.map(|entry| entry.expect("an entry can be read").path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(workspace().join(path)).expect("a file of the workspace can be read")
}

#[test]
fn the_readme_shows_what_the_compiler_says() {
    let texts = files(&workspace().join("ui-tests/tests/ui/fail"));
    let texts = texts.iter().filter(|path| path.extension().is_some_and(|extension| extension == "stderr"));
    let said: BTreeSet<String> =
        texts.flat_map(|path| read(path).lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    let readme = read("README.md");
    let shown: Vec<_> = readme.lines().filter(|line| line.starts_with("error")).collect();
    assert!(!shown.is_empty(), "the README shows no error");
    for line in shown {
        assert!(said.contains(line), "no case of `ui-tests` has the error of the README: {line}");
    }
}

/// `runtime/src/{call,event.rs}` written out.
fn alternatives(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let (names, after) = rest.split_once('}').expect("a brace is closed");
    names.split(',').map(|name| format!("{before}{name}{after}")).collect()
}

#[test]
fn the_places_that_the_architecture_names_exist() {
    let page = read("docs/architecture.md");
    let code = page.split('`').skip(1).step_by(2);
    let places: Vec<_> =
        code.filter(|code| code.contains('/') && !code.contains(' ')).flat_map(alternatives).collect();
    assert!(places.len() > 30, "{places:?}");
    for place in places {
        assert!(
            workspace().join(&place).exists(),
            "docs/architecture.md names `{place}`, which is not there"
        );
    }
}
