//! Dacapo: the worker's road from the frame of a work item to the frame of its answer, without the connection.

use bytes::Bytes;
use dacapo::__private::{TurnResult, TurnRunner};

/// The stream that all work items come with.
const SESSION: u64 = 1;

/// A worker that keeps executions between turns.
#[derive(Debug)]
pub struct Ours(TurnRunner);

impl Ours {
    /// A worker that has run nothing.
    #[allow(clippy::new_without_default, reason = "beside the peer's, which cannot have one")]
    pub fn new() -> Self {
        Self(TurnRunner::of_program())
    }

    /// The answer to a work item.
    ///
    /// # Panics
    ///
    /// When there is none: the work items are well made.
    pub fn run(&mut self, work_item: Bytes) -> Bytes {
        match self.0.run(work_item, SESSION) {
            TurnResult::Answer(answer) => answer,
            other => panic!("a turn without an answer: {other:?}"),
        }
    }
}
