//! The guide shows nothing that is not compiled and run here.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

/// A text without indentation and empty lines.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// The blocks of code of a page.
fn blocks(page: &str) -> Vec<&str> {
    let rest = page.split("```rust\n").skip(1);
    rest.map(|block| block.split("```").next().unwrap()).collect()
}

#[test]
fn every_block_of_the_guide_stands_in_this_package() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = ["src/lib.rs", "tests/subscription.rs", "tests/features.rs"];
    let sources = sources.map(|file| fs::read_to_string(package.join(file)).unwrap());
    let guide = fs::read_to_string(package.join("../../docs/testing.md")).unwrap();
    let blocks = blocks(&guide);
    assert!(blocks.len() > 15, "{} blocks", blocks.len());
    for block in blocks {
        let wanted = lines(block);
        let stands = |source: &String| lines(source).windows(wanted.len()).any(|part| part == wanted);
        assert!(sources.iter().any(stands), "this code of docs/testing.md is not run:\n{block}");
    }
}
