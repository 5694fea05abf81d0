//! The synchronous heart of a turn: committed and new events in, an answer or a problem out.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dacapo_engine::{
    Answer, Event, EventKind, Execution, FailureDetails, Limits, Outcome, Problem, Settings, WorkflowVersion,
    Workflows,
};
use dacapo_proto::WorkflowTurn;
use dacapo_proto::decode::{self, DecodeError};
use tokio::sync::oneshot;

use super::handed_down::{self, HandedDown};
use super::policy;
use super::prefix::{Digest, Reported, Seen, recorded_actions};
use super::turn;
use super::warm::WarmCache;

/// How a turn ended on its thread.
#[derive(Debug)]
pub(super) enum TurnEnd {
    Ended(Ending),
    /// The committed events were left out, and what was kept does not fit: the turn must come again with all of them.
    HistoryNeeded(Box<WorkflowTurn>),
}

impl TurnEnd {
    /// The thread dropped the turn because of a panic that is none of the workflow's body.
    pub(super) fn panicked() -> Self {
        let message = "the turn panicked outside of the workflow's code: a `Drop` of it, or a bug of dacapo; mend it and deploy again";
        let verdict = Err(FailureDetails::new("TurnPanicked", message));
        Self::Ended(Ending { workflow: String::new(), verdict, recorded: None })
    }
}

/// A turn that was run to its end.
#[derive(Debug)]
pub(super) struct Ending {
    /// The workflow's name; empty when the history does not say.
    pub(super) workflow: String,
    /// The answer, or why the code at hand cannot give one.
    pub(super) verdict: Result<Answer, FailureDetails>,
    /// What history has recorded of versions, as far as it was read.
    pub(super) recorded: Option<WorkflowVersion>,
}

/// Tells those who wait which workflow's code runs now.
pub(super) struct Begun(Option<oneshot::Sender<String>>);

impl Begun {
    pub(super) fn new(sender: oneshot::Sender<String>) -> Self {
        Self(Some(sender))
    }

    fn announce(&mut self, workflow: &str) {
        if let Some(sender) = self.0.take() {
            // Nobody has to be interested.
            let _ = sender.send(workflow.to_owned());
        }
    }
}

/// An execution between two turns.
struct Warm {
    execution: Execution,
    workflow: String,
    seen: Seen,
    /// What was handed down to it, and how many bytes that takes.
    handed_down: Option<Digest>,
    handed_down_bytes: usize,
}

/// Runs turns, and keeps executions between them.
pub(super) struct Executor {
    workflows: Arc<dyn Workflows + Send + Sync>,
    /// What all executions have in common.
    settings: Settings,
    /// Boxed, so that the cache moves none of it when it sorts.
    warm: WarmCache<Box<Warm>>,
}

impl Executor {
    pub(super) fn new(
        workflows: Arc<dyn Workflows + Send + Sync>,
        bytes_max: usize,
        idle_max: Duration,
    ) -> Self {
        Self { workflows, settings: Settings::default(), warm: WarmCache::new(bytes_max, idle_max) }
    }

    /// The same with other limits for each execution.
    pub(super) fn limits(self, limits: Limits) -> Self {
        Self { settings: Settings { limits, ..self.settings }, ..self }
    }

    /// Runs a turn that came with the stream `session`.
    pub(super) fn run(&mut self, turn: WorkflowTurn, session: u64, mut begun: Begun) -> TurnEnd {
        if let Some(warm) = self.warm.take(&turn.instance_id)
            && let Some(ending) = self.go_on(warm, &turn, session, &mut begun)
        {
            return TurnEnd::Ended(ending);
        }
        if turn.cached_history.is_some() {
            return TurnEnd::HistoryNeeded(Box::new(turn));
        }
        TurnEnd::Ended(self.replay(turn, session, &mut begun))
    }

    /// Drops what is kept for an instance.
    pub(super) fn forget(&mut self, instance_id: &str) {
        self.warm.take(instance_id);
    }

    pub(super) fn expire(&mut self, now: Instant) {
        self.warm.expire(now);
    }

    pub(super) fn idle_left(&self, now: Instant) -> Option<Duration> {
        self.warm.idle_left(now)
    }

    /// Feeds a kept execution what it has not seen. `None` when there is any doubt about what it has seen; a problem is
    /// a doubt too, and is believed only when a full replay has it.
    fn go_on(
        &mut self,
        mut warm: Box<Warm>,
        turn: &WorkflowTurn,
        session: u64,
        begun: &mut Begun,
    ) -> Option<Ending> {
        if warm.handed_down != handed_down::digest(turn.propagated.as_ref()) {
            return None;
        }
        let unseen = warm.seen.unseen(turn, session)?;
        begun.announce(&warm.workflow);
        for event in unseen.records {
            warm.execution.apply(event, true, &*self.workflows);
        }
        for event in &turn.new {
            warm.execution.apply(event.clone(), false, &*self.workflows);
        }
        let Outcome::Answer(answer) = warm.execution.outcome() else { return None };
        let workflow = warm.workflow.clone();
        (warm.seen.session, warm.seen.past) = (session, unseen.past);
        warm.seen.turn = Digest::of_decoded(&turn.new);
        let recorded = warm.seen.reported.take().map(|reported| reported.recorded()).unwrap_or_default();
        warm.seen.reported = Reported::new(answer.version.as_ref(), &recorded);
        self.keep(&turn.instance_id, warm, &answer);
        Some(Ending { workflow, verdict: Ok(answer), recorded: None })
    }

    /// Runs the whole history.
    fn replay(&mut self, mut turn: WorkflowTurn, session: u64, begun: &mut Begun) -> Ending {
        let digest = handed_down::digest(turn.propagated.as_ref());
        let handed_down = match HandedDown::read(turn.propagated.take()) {
            Ok(handed_down) => handed_down,
            Err(failure) => return Facts::of(&turn).failing(failure),
        };
        let settings = Settings {
            instance_id: Some(turn.instance_id.clone()),
            attachment: handed_down.attachment,
            #[cfg(test)]
            fault: super::equivalence::faults::of_engine(),
            ..self.settings.clone()
        };
        let mut execution = Execution::new(settings);
        let mut facts = Facts::default();
        let mut past = Digest::default();
        for (index, bytes) in turn.past.iter().enumerate() {
            past.push(bytes);
            match &mut decode::event_bytes(bytes) {
                Ok(event) => self.apply(&mut execution, event, true, &mut facts, begun),
                Err(error) => return facts.ending(Err(undecodable(index, error))),
            }
        }
        let (new, recorded) = (Digest::of_decoded(&turn.new), facts.recorded.clone());
        for event in &mut turn.new {
            self.apply(&mut execution, event, false, &mut facts, begun);
        }
        let answer = match execution.outcome() {
            Outcome::Answer(answer) => answer,
            Outcome::Problem(problem) => return facts.ending(Err(problem)),
        };
        let execution_id = facts.execution_id.take().or(turn.execution_id);
        let reported = Reported::new(answer.version.as_ref(), &recorded);
        let seen = Seen { execution_id, session, past, turn: new, actions: Vec::new(), reported };
        let (workflow, handed_down_bytes) = (facts.workflow.clone(), handed_down.bytes);
        let warm = Warm { execution, workflow, seen, handed_down: digest, handed_down_bytes };
        self.keep(&turn.instance_id, Box::new(warm), &answer);
        facts.ending(Ok(answer))
    }

    fn apply(
        &self,
        execution: &mut Execution,
        event: &mut Event,
        replaying: bool,
        facts: &mut Facts,
        begun: &mut Begun,
    ) {
        facts.note(event);
        if !facts.workflow.is_empty() {
            begun.announce(&facts.workflow);
        }
        execution.apply(event, replaying, &*self.workflows);
    }

    /// Keeps an execution that goes on after its answer.
    fn keep(&mut self, instance_id: &str, mut warm: Box<Warm>, answer: &Answer) {
        let Some(actions) = recorded_actions(&answer.actions).filter(|_| !warm.execution.is_finished())
        else {
            return;
        };
        warm.seen.actions = actions;
        let bytes = size_of::<Warm>()
            + 2 * instance_id.len()
            + warm.workflow.len()
            + warm.execution.size_bytes()
            + warm.handed_down_bytes;
        self.warm.keep(instance_id.to_owned(), warm, bytes, Instant::now());
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor").finish_non_exhaustive()
    }
}

fn undecodable(index: usize, error: &DecodeError) -> Problem {
    Problem::Undecodable { what: format!("event {index} of the history"), error: error.to_string() }
}

/// What a history says about its execution.
#[derive(Default)]
struct Facts {
    workflow: String,
    execution_id: Option<String>,
    recorded: WorkflowVersion,
}

impl Facts {
    /// What the history of a turn says, as far as it can be read, without running anything.
    fn of(turn: &WorkflowTurn) -> Self {
        let mut facts = Self::default();
        turn.past
            .iter()
            .map_while(|bytes| decode::event_bytes(bytes).ok())
            .for_each(|event| facts.note(&event));
        turn.new.iter().for_each(|event| facts.note(event));
        facts
    }

    fn note(&mut self, event: &Event) {
        match &event.kind {
            // A second start is a duplicate, which changes nothing.
            EventKind::ExecutionStarted(started) if self.workflow.is_empty() => {
                self.workflow.clone_from(&started.name);
                self.execution_id.clone_from(&started.execution_id);
            }
            EventKind::WorkflowStarted { version: Some(version) } => {
                self.recorded.patches.extend(version.patches.iter().cloned());
                self.recorded.name = version.name.clone().or(self.recorded.name.take());
            }
            _ => {}
        }
    }

    fn ending(self, outcome: Result<Answer, Problem>) -> Ending {
        let verdict = outcome.map_err(|problem| policy::failure(&problem));
        let (workflow, recorded) = self.split();
        Ending { workflow, verdict, recorded }
    }

    /// The instance fails, whatever the code: no other deployment could mend it.
    fn failing(self, failure: FailureDetails) -> Ending {
        let (workflow, recorded) = self.split();
        Ending { workflow, verdict: Ok(turn::failed(failure, recorded)), recorded: None }
    }

    fn split(self) -> (String, Option<WorkflowVersion>) {
        let recorded =
            Some(self.recorded).filter(|version| !version.patches.is_empty() || version.name.is_some());
        (self.workflow, recorded)
    }
}
