//! Every file of `ui/fail` is one mistake with the words the compiler has for it; the file of the same path in `ui/pass`
//! is the fix, which `fixes.rs` compiles. The files of `shapes` are programs without a mistake, each a test of its own.

use std::fs;
use std::path::{Path, PathBuf};

/// The compiler's words change with its version: these run on the toolchain that `rust-toolchain.toml` pins.
///
/// `TRYBUILD=overwrite cargo test -p ui-tests` writes the texts anew; read each before you commit it.
/// `cargo test -p ui-tests -- ui trybuild=await_rule` runs the files whose path contains a word.
#[test]
fn what_does_not_replay_does_not_compile() {
    let cases = trybuild::TestCases::new();
    // Without a case that passes, all are checked by one run of cargo.
    cases.compile_fail("tests/ui/fail/**/*.rs");
}

#[test]
fn every_mistake_stands_beside_its_fix() {
    let fail = sources("tests/ui/fail", "rs");
    assert!(!fail.is_empty(), "no cases found");
    for mistake in fail {
        let fix = PathBuf::from(mistake.to_string_lossy().replacen("/fail/", "/pass/", 1));
        assert!(fix.is_file(), "{} has no fix beside it", mistake.display());
        assert!(mistake.with_extension("stderr").is_file(), "{} has no expected text", mistake.display());
    }
}

#[test]
fn no_text_depends_on_the_sources_of_std() {
    for text in sources("tests/ui/fail", "stderr") {
        let words = fs::read_to_string(&text).expect("the file was just listed");
        assert!(!words.contains("$RUST"), "{} shows code of std, which needs rust-src", text.display());
    }
}

#[test]
fn every_mistake_has_one_error() {
    for text in sources("tests/ui/fail", "stderr") {
        let words = fs::read_to_string(&text).expect("the file was just listed");
        let found = words.lines().filter(|line| line.starts_with("error")).count();
        let source = fs::read_to_string(text.with_extension("rs")).expect("each text has a source");
        let expected = source.matches("// ERROR").count();
        assert!(expected > 0, "{}: mark each mistake with `// ERROR`", text.display());
        assert_eq!(found, expected, "{}: errors and marked mistakes", text.display());
    }
}

#[test]
fn every_code_of_the_page_of_errors_has_a_case() {
    let texts = sources("tests/ui/fail", "stderr");
    assert!(texts.len() >= 150, "{} cases", texts.len());
    let said: String =
        texts.iter().map(|text| fs::read_to_string(text).expect("it was just listed")).collect();
    let page = fs::read_to_string("../docs/errors.md").expect("the page of errors is there");
    let headings =
        page.lines().filter_map(|line| line.strip_prefix("## DC")).filter_map(|line| line.split_once(": "));
    for (number, title) in headings {
        assert!(said.contains(&format!("[DC{number}]")), "no case shows DC{number}: {title}");
    }
}

#[test]
fn every_shape_is_a_test() {
    let manifest = fs::read_to_string("Cargo.toml").expect("this package has a manifest");
    for shape in sources("tests/shapes", "rs") {
        let entry = format!("path = \"{}\"\nharness = false", shape.display());
        assert!(manifest.contains(&entry), "{} is not in the manifest", shape.display());
    }
}

fn sources(directory: impl AsRef<Path>, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("the directory of cases exists");
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.expect("a directory can be listed").path();
        if path.is_dir() {
            found.extend(sources(&path, extension));
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}
