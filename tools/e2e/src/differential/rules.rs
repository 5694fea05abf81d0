//! The differences that are known: each has a name, which docs/compatibility.md explains, and must still occur.

use super::compare::Difference;
use super::side::Who;

mod accepted;
mod rewritten;

use accepted::ACCEPTED;
use rewritten::REWRITTEN;

/// A known difference between our sidecar and another one.
#[derive(Debug)]
pub(super) struct Rule {
    /// Its name in docs/compatibility.md.
    pub(super) name: &'static str,
    pub(super) who: Who,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    /// Both sides mean the same when their words are rewritten so.
    Rewrite(fn(&str) -> String),
    /// The answers differ, and are meant to.
    Accept {
        when: fn(&Difference<'_>) -> bool,
        /// Whether the rest of the scenario can be compared.
        goes_on: bool,
    },
}

/// All known differences.
pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    REWRITTEN.iter().chain(ACCEPTED)
}
