//! What the engine asks of whoever knows the workflow functions.

use alloc::{boxed::Box, string::String};
use core::pin::Pin;

use crate::{answer::Problem, context::Context, event::ExecutionStarted, failure::FailureDetails};

/// The running code of a workflow. It is polled on one thread only and need not be `Send`.
///
/// It yields the result as JSON, or why the workflow failed; a panic has already been turned into the latter.
pub type Body = Pin<Box<dyn Future<Output = Result<Option<String>, FailureDetails>>>>;

/// The workflow functions that a worker knows.
pub trait Workflows {
    /// Finds the function that `start` asks for and begins it; the engine polls what it returns.
    ///
    /// # Errors
    /// When no function fits, or its input cannot be decoded. The instance then stalls until a worker that can
    /// run it is deployed.
    fn start(&self, start: &Start<'_>, context: Context) -> Result<Started, Problem>;
}

/// Which execution is to begin.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// Name, input and origin of the execution.
    pub execution: &'a ExecutionStarted,
    /// The version that history pins this execution to.
    pub pinned_version: Option<&'a str>,
    /// Whether the execution began in an earlier turn, maybe with older code.
    pub replaying: bool,
}

/// A workflow that has begun.
pub struct Started {
    /// Its running code.
    pub body: Body,
    /// The named version that runs; it is reported with each answer.
    pub version: Option<String>,
}
