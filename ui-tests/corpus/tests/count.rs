//! The corpus is as large as it is said to be, and nothing in it asks for an exception.

use std::fs;

fn sources() -> Vec<(String, String)> {
    let files = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).expect("the corpus has sources");
    let paths = files.map(|file| file.expect("a file of the folder can be read").path());
    paths
        .map(|path| (path.display().to_string(), fs::read_to_string(&path).expect("a source is text")))
        .collect()
}

#[test]
fn the_corpus_has_a_hundred_workflows_in_twenty_shapes() {
    let sources = sources();
    let marked = |mark: &str| -> usize {
        let lines = sources.iter().flat_map(|(_, text)| text.lines());
        lines.filter(|line| line.trim_start().starts_with(mark)).count()
    };
    assert!(marked("#[workflow") >= 100, "{} workflows", marked("#[workflow"));
    assert!(marked("#[durable") >= 4, "{} helpers", marked("#[durable"));
    assert!(marked("#[activity") >= 50, "{} activities", marked("#[activity"));
    assert!(sources.len() >= 20, "{} modules", sources.len());
}

#[test]
fn nothing_is_accepted_or_allowed_by_name() {
    for (path, text) in sources() {
        for exception in ["#[accept", "accept(", "allow(", "expect(clippy", "allow_macros"] {
            assert!(!text.contains(exception), "{path} has `{exception}`");
        }
    }
}
