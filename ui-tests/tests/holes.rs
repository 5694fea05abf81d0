//! What still gets through: each module compiles, and is a row of `docs/errors.md`. When a check learns to refuse one, it
//! moves to `ui/fail`, and its row goes.

#![deny(warnings)]
#![allow(dead_code)]

use std::collections::BTreeSet;
use std::fs;

#[path = "holes/accepted_macro.rs"]
mod accepted_macro;
#[path = "holes/behind_a_condition.rs"]
mod behind_a_condition;
#[path = "holes/drop_with_side_effects.rs"]
mod drop_with_side_effects;
#[path = "holes/iteration_behind_a_trait.rs"]
mod iteration_behind_a_trait;
#[path = "holes/iteration_by_a_function.rs"]
mod iteration_by_a_function;
#[path = "holes/loop_without_end.rs"]
mod loop_without_end;
#[path = "holes/method_of_a_type.rs"]
mod method_of_a_type;
#[path = "holes/numbers_of_the_machine.rs"]
mod numbers_of_the_machine;
#[path = "holes/plain_helper.rs"]
mod plain_helper;
#[path = "holes/renamed_function.rs"]
mod renamed_function;
#[path = "holes/static_in_small_letters.rs"]
mod static_in_small_letters;
#[path = "holes/static_inside_a_type.rs"]
mod static_inside_a_type;
#[path = "holes/stored_continuation.rs"]
mod stored_continuation;
#[path = "holes/text_of_the_build.rs"]
mod text_of_the_build;
#[path = "holes/unordered_argument.rs"]
mod unordered_argument;
#[path = "holes/value_in_passing.rs"]
mod value_in_passing;
#[path = "holes/value_of_another_crate.rs"]
mod value_of_another_crate;

/// What is not in any history.
mod world {
    pub(super) fn random() -> u64 {
        4
    }
}

/// The names in the last column of the table.
fn documented() -> Vec<String> {
    let page = fs::read_to_string("../docs/errors.md").expect("the page of errors is there");
    let (_, table) = page.split_once("\n# What still gets through\n").expect("it ends with the holes");
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| {
        let name = row.trim_end_matches([' ', '|']).rsplit("| ").next().expect("a row has columns");
        name.trim_matches('`').to_owned()
    })
    .collect()
}

#[test]
fn every_hole_of_the_page_compiles_here_and_no_other() {
    let documented = documented();
    let names: BTreeSet<String> = documented.iter().cloned().collect();
    assert_eq!(names.len(), documented.len(), "a hole stands twice");
    let files = fs::read_dir("tests/holes").expect("the folder of holes exists");
    let files: BTreeSet<String> = files
        .map(|file| file.expect("a file can be listed").path())
        .map(|path| path.file_stem().expect("it has a name").to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, files, "rows of docs/errors.md and files of tests/holes");
    let here = include_str!("holes.rs");
    for name in names {
        assert!(here.contains(&format!("mod {name};")), "{name} is not compiled");
    }
}
