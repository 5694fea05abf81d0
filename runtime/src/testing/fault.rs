//! What the kit finds wrong with the code under test, in words.

use std::fmt;

/// Something that no workflow can handle: the test fails with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault(String);

impl Fault {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Fails the test. A fault that came as an error could be taken for one of the workflow's own.
    pub(super) fn fail(&self, seed: u64) -> ! {
        panic!("{self}\n  (seed {seed}; `TestEnv::new().seed({seed})` draws the same again)")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
