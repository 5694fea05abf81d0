//! The page on compatibility names what exists.
#![allow(
    clippy::unwrap_used,
    reason = "clippy allows it in tests, but does not see that their helpers are tests too"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

/// Scenarios, tests of the worker and the client, and golden histories.
fn known() -> BTreeSet<String> {
    let mut sources = Vec::new();
    for folder in ["tools/e2e/src/scenarios", "runtime/src", "runtime/tests", "engine/tests"] {
        files(&root().join(folder), "rs", &mut sources);
    }
    let mut known = BTreeSet::new();
    for source in sources {
        let text = fs::read_to_string(source).unwrap();
        let functions = text.lines().filter_map(|line| line.split_once("fn "));
        known.extend(functions.filter_map(|(_, rest)| Some(rest.split_once('(')?.0.to_owned())));
    }
    let mut histories = Vec::new();
    files(&root().join("engine/tests/histories"), "json", &mut histories);
    known.extend(histories.iter().map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()));
    known
}

#[test]
fn the_rows_of_dapr_s_tests_name_scenarios_and_tests_that_exist() {
    let page = fs::read_to_string(root().join("docs/compatibility.md")).unwrap();
    let (_, rows) = page.split_once("## Rows of Dapr's own tests").unwrap();
    let rows = rows.split("\n## ").next().unwrap();
    let rows: Vec<_> = rows.lines().filter(|line| line.starts_with("| ")).collect();
    let named = rows.iter().flat_map(|row| row.split('`').skip(1).step_by(2));
    let named: BTreeSet<_> = named.filter(|name| !name.contains(['/', '-'])).collect();
    let known = known();
    let unknown: Vec<_> = named.iter().filter(|name| !known.contains(**name)).collect();
    assert_eq!((named.len() > 80, unknown), (true, vec![]));
    let has_reason = |row: &str| row.contains('`') || row.contains("none") || row.contains("every scenario");
    let bare: Vec<_> = rows.iter().filter(|row| !has_reason(row)).collect();
    assert_eq!(bare, [&"| Row | Shown by |"], "a row has a test or a reason");
}
