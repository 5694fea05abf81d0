//! What a history says about its instance, kept up to date event by event.
//! See docs/protocol.md, "Sidecar: instances".

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::timer_created_event::Origin;
use dacapo_proto::pb::{self, HistoryEvent, OrchestrationStatus};

use super::Time;
use super::event::{moment, routed_app};

/// What an action id can stand for, where a resolution follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Task,
    Timer,
    Child,
}

/// The facts of one execution.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// How many events history has.
    pub(crate) length: i64,
    /// The start, without its input.
    pub(crate) start: Option<Box<pb::ExecutionStartedEvent>>,
    pub(crate) start_seq: Option<i64>,
    pub(crate) completed_seq: Option<i64>,
    pub(crate) started: Option<Time>,
    pub(crate) updated: Option<Time>,
    pub(crate) completed: Option<Time>,
    /// The patches recorded so far, in the order of history.
    pub(crate) patches: Vec<String>,
    /// The version name that the instance is pinned to.
    pub(crate) version: Option<String>,
    /// The child instances created so far: the app, where it is another one, and the id.
    pub(crate) children: BTreeSet<(Option<String>, String)>,
    end: Option<OrchestrationStatus>,
    suspended: bool,
    stalled: Option<pb::ExecutionStalledEvent>,
    recorded: BTreeSet<(Kind, i32)>,
    resolved: BTreeSet<(Kind, i32)>,
    /// Per event name in upper case, the timers of waits that have not fired, the oldest first.
    event_timers: BTreeMap<String, VecDeque<i32>>,
}

impl Ledger {
    /// Takes in the next event of history. Answers the timer that this event made useless: an external event
    /// ends the oldest wait of its name, and no one listens to the timer of that wait any more.
    pub(crate) fn apply(&mut self, event: &HistoryEvent) -> Option<i32> {
        let seq = self.length;
        let at = moment(event);
        self.length += 1;
        self.started.get_or_insert(at);
        self.updated = Some(at);
        let kind = event.event_type.as_ref()?;
        self.stalled = None;
        match kind {
            EventType::ExecutionStarted(start) => self.start(start, seq),
            EventType::ExecutionCompleted(completed) => self.complete(completed, seq, at),
            EventType::WorkflowStarted(turn) => self.turn(turn),
            EventType::ExecutionSuspended(_) => self.suspended = true,
            EventType::ExecutionResumed(_) => self.suspended = false,
            EventType::ExecutionStalled(stalled) => self.stalled = Some(stalled.clone()),
            EventType::TimerCreated(timer) => self.timer(event.event_id, timer),
            EventType::ChildWorkflowInstanceCreated(child) => {
                let app = routed_app(event.router.as_ref()).map(str::to_owned);
                self.children.insert((app, child.instance_id.clone()));
            }
            EventType::EventRaised(raised) => return self.end_wait(&raised.name),
            _ => {}
        }
        self.record(event.event_id, kind);
        None
    }

    /// The status that these events give the instance.
    pub(crate) fn status(&self) -> OrchestrationStatus {
        if self.start.is_none() {
            return if self.stalled.is_some() {
                OrchestrationStatus::Stalled
            } else {
                OrchestrationStatus::Pending
            };
        }
        match self.end {
            Some(end) => end,
            None if self.stalled.is_some() => OrchestrationStatus::Stalled,
            None if self.suspended => OrchestrationStatus::Suspended,
            None => OrchestrationStatus::Running,
        }
    }

    /// Whether the action was recorded.
    pub(crate) fn has(&self, kind: Kind, id: i32) -> bool {
        self.recorded.contains(&(kind, id))
    }

    /// Whether a resolution of this action is still to come.
    pub(crate) fn expects(&self, kind: Kind, id: i32) -> bool {
        self.has(kind, id) && !self.resolved.contains(&(kind, id))
    }

    /// Whether history ends with exactly this stall.
    pub(crate) fn is_stalled_by(&self, stall: &pb::ExecutionStalledEvent) -> bool {
        self.stalled.as_ref() == Some(stall)
    }

    fn start(&mut self, start: &pb::ExecutionStartedEvent, seq: i64) {
        if self.start.is_none() {
            self.start = Some(Box::new(pb::ExecutionStartedEvent { input: None, ..start.clone() }));
            self.start_seq = Some(seq);
        }
    }

    fn complete(&mut self, completed: &pb::ExecutionCompletedEvent, seq: i64, at: Time) {
        if self.end.is_none() {
            self.end = Some(completed.workflow_status());
            self.completed_seq = Some(seq);
            self.completed = Some(at);
        }
    }

    fn turn(&mut self, turn: &pb::WorkflowStartedEvent) {
        let Some(version) = &turn.version else { return };
        self.patches.extend(version.patches.iter().cloned());
        if version.name.is_some() {
            self.version.clone_from(&version.name);
        }
    }

    fn timer(&mut self, id: i32, timer: &pb::TimerCreatedEvent) {
        let awaited = match &timer.origin {
            Some(Origin::ExternalEvent(origin)) => Some(&origin.name),
            Some(_) => None,
            // Before origins were recorded, only the timers of waits and retries had names.
            None => timer.name.as_ref(),
        };
        if let Some(name) = awaited {
            self.event_timers.entry(name.to_uppercase()).or_default().push_back(id);
        }
    }

    fn end_wait(&mut self, name: &str) -> Option<i32> {
        let name = name.to_uppercase();
        let timers = self.event_timers.get_mut(&name)?;
        let oldest = timers.pop_front();
        if timers.is_empty() {
            self.event_timers.remove(&name);
        }
        oldest
    }

    fn record(&mut self, id: i32, kind: &EventType) {
        match kind {
            EventType::TaskScheduled(_) => self.recorded.insert((Kind::Task, id)),
            EventType::TimerCreated(_) => self.recorded.insert((Kind::Timer, id)),
            EventType::ChildWorkflowInstanceCreated(_) => self.recorded.insert((Kind::Child, id)),
            EventType::TimerFired(fired) => self.fired(fired.timer_id),
            EventType::TaskCompleted(task) => self.resolved.insert((Kind::Task, task.task_scheduled_id)),
            EventType::TaskFailed(task) => self.resolved.insert((Kind::Task, task.task_scheduled_id)),
            EventType::ChildWorkflowInstanceCompleted(child) => {
                self.resolved.insert((Kind::Child, child.task_scheduled_id))
            }
            EventType::ChildWorkflowInstanceFailed(child) => {
                self.resolved.insert((Kind::Child, child.task_scheduled_id))
            }
            _ => false,
        };
    }

    fn fired(&mut self, timer_id: i32) -> bool {
        for timers in self.event_timers.values_mut() {
            timers.retain(|id| *id != timer_id);
        }
        self.event_timers.retain(|_, timers| !timers.is_empty());
        self.resolved.insert((Kind::Timer, timer_id))
    }
}

/// Whether an instance of this status has come to its end.
pub(crate) fn is_terminal(status: OrchestrationStatus) -> bool {
    use OrchestrationStatus::{Canceled, Completed, Failed, Terminated};
    matches!(status, Completed | Failed | Canceled | Terminated)
}
