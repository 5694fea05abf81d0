//! Turns from bytes to bytes on the caller's thread: what the worker does between two frames, for measuring it.

use std::sync::Arc;

use bytes::Bytes;
use dacapo_proto::{WorkItem, decode, encode, pb};
use prost::Message as _;
use tokio::sync::oneshot;

use super::builder::Settings;
use super::executor::{Begun, Ending, Executor, TurnEnd};
use crate::registry::Registry;

/// Runs turns one after the other, and keeps executions between them as a worker does.
#[derive(Debug)]
pub struct TurnRunner(Executor);

/// What a turn came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TurnResult {
    /// The encoded answer.
    Answer(Bytes),
    /// The committed events were left out, and what was kept does not fit.
    HistoryNeeded,
    /// The code cannot answer, for the reason given.
    Problem(String),
    /// The bytes are no turn of a workflow.
    NoTurn,
}

impl TurnRunner {
    /// Knows every workflow of this program.
    pub fn of_program() -> Self {
        let mut registry = Registry::default();
        registry.add_all();
        let settings = Settings::default();
        Self(Executor::new(Arc::new(registry), settings.warm_bytes_max, settings.warm_idle_max))
    }

    /// Runs the turn in `work_item`, an encoded `WorkItem` that came with the stream `session`.
    pub fn run(&mut self, work_item: Bytes, session: u64) -> TurnResult {
        let Ok(item) = pb::WorkItem::decode(work_item) else { return TurnResult::NoTurn };
        let WorkItem::Workflow(turn) = decode::work_item(item) else { return TurnResult::NoTurn };
        let (instance_id, token) = (turn.instance_id.clone(), turn.token.clone());
        let (begun, _) = oneshot::channel();
        match self.0.run(turn, session, Begun::new(begun)) {
            TurnEnd::HistoryNeeded(_) => TurnResult::HistoryNeeded,
            TurnEnd::Ended(Ending { verdict: Err(problem), .. }) => TurnResult::Problem(problem.message),
            TurnEnd::Ended(Ending { verdict: Ok(answer), .. }) => {
                TurnResult::Answer(encode::answer(instance_id, token, answer).encode_to_vec().into())
            }
        }
    }
}
