use crate::catalogue::{ALL, OF_CONSTANTS, OF_MODULES, OF_TYPES};

const ERRORS: &str = include_str!("../../../docs/errors.md");
const PARTS: [&str; 4] =
    ["**What it means.** ", "**Why it is an error.** ", "**Instead:**\n", "**Known limits.** "];

/// Code and text of each section about a diagnostic.
fn sections() -> Vec<(&'static str, &'static str, &'static str)> {
    let parts = ERRORS.split("\n## DC").skip(1);
    let to_section = |part: &'static str| {
        let (heading, text) = part.split_once('\n').unwrap();
        let (number, title) = heading.split_once(": ").unwrap();
        (number, title, text)
    };
    parts.map(to_section).collect()
}

#[test]
fn every_diagnostic_has_a_section_under_its_code_and_title() {
    let documented: Vec<_> =
        sections().iter().map(|(number, title, _)| format!("DC{number}: {title}")).collect();
    let rows = ALL.iter().map(|row| (row.code, row.title)).chain(OF_TYPES);
    let rows = rows.chain(OF_MODULES.iter().map(|row| (row.code, row.title))).chain(OF_CONSTANTS);
    let known: Vec<_> = rows.map(|(code, title)| format!("{code}: {title}")).collect();
    assert_eq!(documented, known);
}

#[test]
fn every_section_says_what_why_how_and_how_far() {
    for (number, _, text) in sections() {
        for part in PARTS {
            assert_eq!(text.matches(part).count(), 1, "DC{number}: {part}");
        }
        assert!(text.matches("```rust\n").count() >= 2, "DC{number} shows the mistake and the fix");
    }
}
