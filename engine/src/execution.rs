//! One execution of a workflow, suspended between turns. See docs/protocol.md, "The turn".

mod outcome;
mod wake;

use alloc::{boxed::Box, rc::Rc, string::String, sync::Arc, vec::Vec};
use core::{
    borrow::BorrowMut,
    fmt, mem,
    task::{self, Poll},
};

use self::wake::WakeFlag;
use crate::{
    action::{ActionKind, CompletionStatus},
    answer::{Outcome, Problem},
    context::Context,
    describe::{Kind, Recorded},
    event::{Event, EventKind, ExecutionStarted, Router},
    failure::FailureDetails,
    journal::{Arrival, Core, Owner, Resolution},
    settings::Settings,
    workflows::{Body, Start, Workflows},
};

/// One execution (one generation of an instance), suspended between turns.
///
/// Apply all events of a turn in their order, then ask for the [`outcome`](Self::outcome). The execution can then
/// be kept: the next turn applies what that turn's actions became in history (as replayed), then its new events.
/// Replaying the whole history on a fresh execution gives the same outcome.
///
/// Once it has a [`Problem`] it ignores all further events: drop it.
pub struct Execution {
    core: Rc<Core>,
    phase: Phase,
    /// Events that wait for the instance to be resumed; `Some` while it is suspended.
    held: Option<Vec<Event>>,
    held_bytes: usize,
    events: usize,
    wake_flag: Arc<WakeFlag>,
}

enum Phase {
    /// The execution has not started.
    Waiting,
    /// The code has begun and not returned.
    Running(Body),
    /// The code has returned; external events are still collected for a next generation.
    Returned,
    /// Nothing happens any more: terminated, or a problem.
    Over,
}

/// Runs a turn on a fresh execution: first the committed history `past`, then the events `new`.
pub fn replay(past: Vec<Event>, new: Vec<Event>, workflows: &dyn Workflows, settings: Settings) -> Outcome {
    let mut execution = Execution::new(settings);
    for event in past {
        execution.apply(event, true, workflows);
    }
    for event in new {
        execution.apply(event, false, workflows);
    }
    execution.outcome()
}

impl Execution {
    /// An execution that has seen no event yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            core: Core::new(settings),
            phase: Phase::Waiting,
            held: None,
            held_bytes: 0,
            events: 0,
            wake_flag: Arc::default(),
        }
    }

    /// Applies one event: one transition, then one poll if it brought the code further.
    ///
    /// `replaying` says that the event was committed by an earlier turn. The code is polled again only while
    /// the poll itself made that possible, as when it dropped a wait whose event then goes to the next one.
    ///
    /// The event may be lent; what it held is gone then.
    pub fn apply(&mut self, mut event: impl BorrowMut<Event>, replaying: bool, workflows: &dyn Workflows) {
        self.apply_lent(event.borrow_mut(), replaying, workflows);
    }

    // Events are large: a replay that handed each of them down by value would do little but move them.
    fn apply_lent(&mut self, event: &mut Event, replaying: bool, workflows: &dyn Workflows) {
        if matches!(self.phase, Phase::Over) {
            return;
        }
        self.count_event();
        match (&mut self.held, &event.kind) {
            // The sidecar sees repeated suspends as one.
            (Some(_), EventKind::ExecutionSuspended) => {}
            (Some(held), kind) if waits_for_resume(kind) => {
                self.held_bytes += event.payload_bytes();
                held.push(event.take());
            }
            _ => self.step(event, replaying, workflows),
        }
        self.end_event(replaying);
    }

    /// Whether the answer of this turn ends the execution. While the instance is suspended it does not.
    pub fn is_finished(&self) -> bool {
        self.is_answering() && self.core.journal.borrow().ledger.is_complete()
    }

    /// The ids of the actions whose results the code waits for right now, ascending.
    pub fn awaited(&self) -> Vec<i32> {
        self.core.journal.borrow().ledger.awaited_ids().collect()
    }

    /// What a suspended instance has asked for is sent when it is resumed; an end from outside is sent at once.
    fn is_answering(&self) -> bool {
        self.held.is_none() || matches!(self.phase, Phase::Over)
    }

    fn step(&mut self, event: &mut Event, replaying: bool, workflows: &dyn Workflows) {
        if self.core.journal.borrow().problem.is_some() {
            return;
        }
        self.core.journal.borrow_mut().is_replaying = replaying;
        self.transition(event, replaying, workflows);
        self.core.deliver();
        #[cfg(feature = "faults")]
        if !replaying && self.core.has(crate::Fault::PollOncePerBatch) {
            return;
        }
        self.poll_while_woken();
    }

    fn transition(&mut self, event: &mut Event, replaying: bool, workflows: &dyn Workflows) {
        match &mut event.kind {
            EventKind::WorkflowStarted { version } => {
                self.core.journal.borrow_mut().begin_turn(event.timestamp, version.take());
            }
            EventKind::ExecutionStarted(started) => {
                self.start(mem::take(started), event.router.take(), workflows);
            }
            EventKind::EventRaised { .. } => {
                self.core.journal.borrow_mut().raise(&self.core.parking, event.take());
            }
            EventKind::ExecutionSuspended => self.held = Some(Vec::new()),
            EventKind::ExecutionResumed => self.resume(replaying, workflows),
            EventKind::ExecutionTerminated { input, .. } => self.terminate(input.take()),
            EventKind::ExecutionCompleted | EventKind::EventSent | EventKind::Ignored => {}
            kind => self.record(event.id, event.router.as_ref(), kind),
        }
    }

    /// Events about work that the code asked for.
    fn record(&mut self, id: i32, router: Option<&Router>, kind: &mut EventKind) {
        let mut journal = self.core.journal.borrow_mut();
        match Entry::taken_from(kind) {
            Entry::Scheduled(recorded) => journal.confirm(id, recorded, router),
            // Code that has returned waits for nothing, and work that goes on without it is not retried any more.
            Entry::Resolved(arrival) if !matches!(self.phase, Phase::Returned) => {
                #[cfg(feature = "faults")]
                let Some(arrival) = journal.misdirected(arrival) else { return };
                journal.resolve(arrival);
            }
            Entry::Resolved(_) | Entry::Other => {}
        }
    }

    fn start(
        &mut self,
        mut started: Box<ExecutionStarted>,
        router: Option<Router>,
        workflows: &dyn Workflows,
    ) {
        if !matches!(self.phase, Phase::Waiting) {
            return;
        }
        let mut journal = self.core.journal.borrow_mut();
        // The code gets the input, and it may be large.
        let input = started.input.take();
        journal.begin(started.clone(), router);
        started.input = input;
        let (pinned, replaying) = (journal.versions.pinned().map(String::from), journal.is_replaying);
        drop(journal);
        let start = Start { execution: &started, pinned_version: pinned.as_deref(), replaying };
        match workflows.start(&start, Context { core: Rc::clone(&self.core) }) {
            Ok(started) => {
                self.core.journal.borrow_mut().versions.run(started.version);
                self.phase = Phase::Running(started.body);
                self.core.parking.wake();
            }
            Err(problem) => self.core.journal.borrow_mut().stall(problem),
        }
    }

    /// Held events are applied as if they arrived now, one by one.
    fn resume(&mut self, replaying: bool, workflows: &dyn Workflows) {
        self.held_bytes = 0;
        for mut event in self.held.take().unwrap_or_default() {
            self.step(&mut event, replaying, workflows);
        }
    }

    /// A completion of the code that is already there wins, unless it asks for a next generation.
    fn terminate(&mut self, input: Option<String>) {
        self.enter(Phase::Over);
        let mut journal = self.core.journal.borrow_mut();
        let is_final =
            |kind: &ActionKind| kind.end().is_some_and(|end| end != CompletionStatus::ContinuedAsNew);
        let owners = journal.ledger.close(is_final);
        if !journal.ledger.is_complete() {
            journal.complete(CompletionStatus::Terminated, input, None);
        }
        drop(journal);
        owners.into_iter().for_each(Owner::let_go);
    }

    fn poll_while_woken(&mut self) {
        while self.core.parking.is_woken() && self.core.journal.borrow().problem.is_none() {
            let Phase::Running(body) = &mut self.phase else { return };
            let failure = self.core.journal.borrow_mut().failure.take();
            if let Some(failure) = failure {
                return self.finish(Err(failure));
            }
            self.core.parking.begin_poll();
            self.core.journal.borrow_mut().inbox.begin_poll();
            let waker = WakeFlag::waker(&self.wake_flag);
            let poll = body.as_mut().poll(&mut task::Context::from_waker(&waker));
            drop(waker);
            match poll {
                Poll::Ready(result) => self.finish(result),
                Poll::Pending => self.check_waits(),
            }
        }
    }

    /// Code that waits has to wait for history, and for nothing else.
    fn check_waits(&self) {
        let waits_for_nothing = self.core.parking.is_empty() && !self.core.parking.is_woken();
        if waits_for_nothing || WakeFlag::was_used(&self.wake_flag) {
            let mut journal = self.core.journal.borrow_mut();
            let workflow = journal.started.as_ref().map(|started| started.name.clone()).unwrap_or_default();
            journal.stall(Problem::ForeignAwait { workflow });
        }
    }

    fn finish(&mut self, result: Result<Option<String>, FailureDetails>) {
        self.enter(Phase::Returned);
        let mut journal = self.core.journal.borrow_mut();
        let result = journal.failure.take().map_or(result, Err);
        let next_input = journal.renewal.as_mut().map(|renewal| renewal.input.take());
        match (result, next_input) {
            (Err(failure), _) => journal.complete(CompletionStatus::Failed, None, Some(failure)),
            (Ok(_), Some(input)) => journal.complete(CompletionStatus::ContinuedAsNew, input, None),
            (Ok(result), None) => journal.complete(CompletionStatus::Completed, result, None),
        }
    }

    fn count_event(&mut self) {
        self.events += 1;
        let mut journal = self.core.journal.borrow_mut();
        let max = journal.settings.limits.events_max;
        if self.events > max {
            journal.stall(Problem::LimitExceeded { what: "events in the history".into(), max });
        }
    }

    fn end_event(&mut self, replaying: bool) {
        let mut journal = self.core.journal.borrow_mut();
        if replaying {
            // The turn that brought them has told of them.
            journal.ledger.forget_foreign();
        }
        let has_problem = journal.problem.is_some();
        drop(journal);
        if has_problem {
            self.enter(Phase::Over);
        }
    }

    /// The code of the phase before is dropped here, while nothing is borrowed: its futures come back in.
    fn enter(&mut self, phase: Phase) {
        let before = mem::replace(&mut self.phase, phase);
        drop(before);
    }
}

/// The code, and all that waits, may refer back to the journal: both are let go, so nothing leaks.
impl Drop for Execution {
    fn drop(&mut self) {
        self.enter(Phase::Over);
        let Ok(mut journal) = self.core.journal.try_borrow_mut() else { return };
        let owners = journal.ledger.close(|_| false);
        drop(journal);
        owners.into_iter().for_each(Owner::let_go);
    }
}

impl fmt::Debug for Execution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            Phase::Waiting => "waiting",
            Phase::Running(_) => "running",
            Phase::Returned => "returned",
            Phase::Over => "over",
        };
        f.debug_struct("Execution")
            .field("phase", &phase)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

/// Whether a suspended instance holds the event. Records of its own actions tell the code nothing.
fn waits_for_resume(event: &EventKind) -> bool {
    !matches!(
        event,
        EventKind::WorkflowStarted { .. }
            | EventKind::ExecutionResumed
            | EventKind::ExecutionTerminated { .. }
            | EventKind::TaskScheduled { .. }
            | EventKind::ChildCreated { .. }
            | EventKind::TimerCreated { .. }
            | EventKind::DetachedCreated { .. }
    )
}

/// What an event says about work.
enum Entry {
    Scheduled(Recorded),
    Resolved(Arrival),
    Other,
}

impl Entry {
    fn taken_from(kind: &mut EventKind) -> Self {
        let resolved = |id: &i32, kind, call_id, resolution| {
            Self::Resolved(Arrival { id: *id, kind, call_id, resolution })
        };
        let no_id = String::new;
        match kind {
            EventKind::TaskScheduled { name, task_execution_id } => Self::Scheduled(Recorded::Task {
                name: mem::take(name),
                task_execution_id: mem::take(task_execution_id),
            }),
            EventKind::ChildCreated { name, instance_id } => Self::Scheduled(Recorded::Child {
                name: mem::take(name),
                instance_id: mem::take(instance_id),
            }),
            EventKind::TimerCreated { fire_at, name, origin } => Self::Scheduled(Recorded::Timer {
                fire_at: *fire_at,
                name: name.take(),
                origin: origin.take(),
            }),
            EventKind::DetachedCreated { instance_id } => {
                Self::Scheduled(Recorded::Detached { instance_id: mem::take(instance_id) })
            }
            EventKind::TaskCompleted { scheduled_id, result, task_execution_id } => {
                let completed = Resolution::Completed(result.take());
                resolved(scheduled_id, Kind::Task, mem::take(task_execution_id), completed)
            }
            EventKind::TaskFailed { scheduled_id, details, task_execution_id } => {
                let failed = Resolution::Failed(details.take());
                resolved(scheduled_id, Kind::Task, mem::take(task_execution_id), failed)
            }
            EventKind::ChildCompleted { scheduled_id, result } => {
                resolved(scheduled_id, Kind::Child, no_id(), Resolution::Completed(result.take()))
            }
            EventKind::ChildFailed { scheduled_id, details } => {
                resolved(scheduled_id, Kind::Child, no_id(), Resolution::Failed(details.take()))
            }
            EventKind::TimerFired { timer_id, .. } => {
                resolved(timer_id, Kind::Timer, no_id(), Resolution::Fired)
            }
            _ => Self::Other,
        }
    }
}
