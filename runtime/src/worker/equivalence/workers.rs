//! Workers of the model: executors with their caches, fed with bytes, each answer compared with a full replay.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dacapo_engine::Answer;
use dacapo_proto::{WorkItem, decode, encode, pb};
use prost::Message as _;
use tokio::sync::oneshot;

use super::era::Rewriting;
use super::interpreter::{Interpreter, Notes};
use super::sidecar::{Offer, Sidecar};
use crate::worker::executor::{Begun, Executor, TurnEnd};

/// Turns of workers that keep executions.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Turns {
    pub(super) all: u64,
    /// Those that a kept execution ran.
    pub(super) kept: u64,
}

thread_local! {
    static TURNS: Cell<Turns> = const { Cell::new(Turns { all: 0, kept: 0 }) };
}

/// The turns of this thread.
pub(super) fn turns() -> Turns {
    TURNS.get()
}

/// How the text begins that says that keeping made a difference.
pub(super) const DIFFERENCE: &str = "kept, it answers ";

/// A worker process and its stream.
pub(super) struct Worker {
    interpreter: Interpreter,
    executor: Executor,
    session: u64,
    /// The instance and how many committed events the sidecar has sent on this stream.
    sent: Option<(String, usize)>,
}

impl Worker {
    pub(super) fn new(interpreter: Interpreter) -> Self {
        Self::with_budget(interpreter, 1 << 20)
    }

    fn with_budget(interpreter: Interpreter, bytes_max: usize) -> Self {
        let executor = Executor::new(Arc::new(interpreter.clone()), bytes_max, Duration::from_secs(3600));
        Self { interpreter, executor, session: 0, sent: None }
    }

    /// Its stream ends and another begins.
    pub(super) fn reconnect(&mut self) {
        self.session += 1;
        self.sent = None;
    }

    pub(super) fn forget(&mut self, instance_id: &str) {
        self.executor.forget(instance_id);
    }

    /// Answers a turn; `None` when it cannot, because the sidecar does not give it the history it needs.
    ///
    /// # Errors
    /// When the answer is not what a worker says that has never seen the instance, or neither has one.
    pub(super) fn run(
        &mut self,
        sidecar: &Sidecar,
        offer: &Offer,
        is_history_given: bool,
    ) -> Result<Option<Answer>, String> {
        let whole = sidecar.bytes.len();
        let known = self.sent.replace((sidecar.instance_id.clone(), whole));
        let known =
            known.filter(|(instance_id, _)| *instance_id == sidecar.instance_id).map_or(0, |(_, sent)| sent);
        let omitted = (sidecar.era.sends_deltas && known > 0 && known <= whole).then_some(known);
        let mut end = self.execute(work_item(sidecar, offer, omitted));
        if matches!(end, TurnEnd::HistoryNeeded(_)) {
            if !is_history_given {
                self.reconnect();
                return Ok(None);
            }
            end = self.execute(work_item(sidecar, offer, None));
        }
        let notes = self.interpreter.take_notes();
        let Turns { all, kept } = TURNS.get();
        TURNS.set(Turns { all: all + 1, kept: kept + u64::from(!notes.has_begun) });
        let warm = self.verdict(end, notes);
        let cold = self.replayed(sidecar, offer);
        if warm != cold {
            return Err(format!("{DIFFERENCE}{warm:#?}\nreplayed, it answers {cold:#?}"));
        }
        warm.map(|verdict| Some(verdict.answer))
    }

    /// What a worker says of a turn that has never seen the instance.
    fn replayed(&self, sidecar: &Sidecar, offer: &Offer) -> Result<Verdict, String> {
        let mut cold = Self::with_budget(self.interpreter.elsewhere(), 0);
        let end = cold.execute(work_item(sidecar, offer, None));
        let notes = cold.interpreter.take_notes();
        cold.verdict(end, notes)
    }

    fn verdict(&self, end: TurnEnd, notes: Notes) -> Result<Verdict, String> {
        let Notes { log, wrong, .. } = notes;
        if !wrong.is_empty() {
            return Err(wrong.join("\n"));
        }
        match end {
            TurnEnd::HistoryNeeded(_) => Err("with the whole history it needs the history".to_owned()),
            TurnEnd::Ended(ending) => match ending.verdict {
                Ok(answer) => Ok(Verdict { answer, log }),
                Err(problem) => Err(format!("it has a problem: {}", problem.message)),
            },
        }
    }

    fn execute(&mut self, item: Bytes) -> TurnEnd {
        self.try_execute(item).expect("it was encoded here")
    }

    /// Runs a turn, if the bytes are one.
    pub(super) fn try_execute(&mut self, item: Bytes) -> Option<TurnEnd> {
        let item = pb::WorkItem::decode(item).ok()?;
        let WorkItem::Workflow(turn) = decode::work_item(item) else { return None };
        let (begun, _) = oneshot::channel();
        Some(self.executor.run(turn, self.session, Begun::new(begun)))
    }
}

/// What a turn came to.
#[derive(Debug, PartialEq)]
struct Verdict {
    answer: Answer,
    /// What its code logged.
    log: Vec<String>,
}

pub(super) fn work_item(sidecar: &Sidecar, offer: &Offer, omitted: Option<usize>) -> Bytes {
    let mut past = sidecar.bytes[omitted.unwrap_or(0)..].to_vec();
    if sidecar.era.rewriting == Rewriting::Always {
        // Another unknown field each turn.
        let millis = offer.new.first().map_or(0, |event| event.timestamp.nanos() / 1_000_000);
        let field = [0xc8, 0x3e, u8::try_from(millis % 100).unwrap_or(0)];
        past = past.into_iter().map(|event| [&event[..], &field].concat().into()).collect();
    }
    let request = pb::WorkflowRequest {
        instance_id: sidecar.instance_id.clone(),
        execution_id: sidecar.era.names_executions.then(|| sidecar.execution_id.clone()),
        past_events: past,
        new_events: offer.new.iter().map(encode::event).collect(),
        cached_history: omitted
            .map(|events| pb::CachedHistory { event_count: i32::try_from(events).unwrap_or(i32::MAX) }),
        ..pb::WorkflowRequest::default()
    };
    let request = pb::work_item::Request::WorkflowRequest(request);
    pb::WorkItem { request: Some(request), ..pb::WorkItem::default() }.encode_to_vec().into()
}
