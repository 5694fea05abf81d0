//! Events in words: what each is, and how long what it ends has taken.

use std::collections::BTreeMap;
use std::time::Duration;

use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::{HistoryEvent, TaskFailureDetails, timer_created_event};
use prost_types::Timestamp;

use super::text::{between, brief, duration, moment};
use crate::program::files::short_status;

/// How much of a payload is shown.
const PAYLOAD_WIDTH: usize = 60;

/// A history as it is told event by event.
#[derive(Default)]
pub(super) struct Teller {
    count: usize,
    turns: usize,
    began: Option<Timestamp>,
    /// When the work of each action was scheduled, and its name.
    scheduled: BTreeMap<i32, (Option<Timestamp>, String)>,
}

/// The head of the table that [`Teller::line`] fills.
pub(super) const HEAD: &str = "   #   id          at  event                     took  what";

impl Teller {
    /// Takes the earliest of these events for the beginning, unless there is one: daprd's first turn begins after
    /// the instance was created.
    pub(super) fn begin_with(&mut self, events: &[HistoryEvent]) {
        if self.began.is_none() {
            let times = events.iter().filter_map(|event| event.timestamp);
            self.began = times.min_by_key(|time| (time.seconds, time.nanos));
        }
    }

    /// The line of the next event.
    pub(super) fn line(&mut self, event: &HistoryEvent) -> String {
        let (kind, what, took) = self.tell(event);
        let at =
            between(self.began, event.timestamp).map_or_else(String::new, |at| format!("+{}", duration(at)));
        let took = took.map(duration).unwrap_or_default();
        let id = if event.event_id < 0 { "-".into() } else { event.event_id.to_string() };
        let line = format!("{:4} {id:>4} {at:>11}  {kind:21} {took:>8}  {what}", self.count);
        self.count += 1;
        line.trim_end().to_owned()
    }

    fn tell(&mut self, event: &HistoryEvent) -> (&'static str, String, Option<Duration>) {
        let Some(kind) = &event.event_type else { return ("Unknown", String::new(), None) };
        let name = name(kind);
        let what = match kind {
            EventType::TaskCompleted(done) => {
                return self.resolved(name, event, done.task_scheduled_id, &payload(done.result.as_ref()));
            }
            EventType::TaskFailed(failed) => {
                let text = failure(failed.failure_details.as_ref());
                return self.resolved(name, event, failed.task_scheduled_id, &text);
            }
            EventType::ChildWorkflowInstanceCompleted(done) => {
                return self.resolved(name, event, done.task_scheduled_id, &payload(done.result.as_ref()));
            }
            EventType::ChildWorkflowInstanceFailed(failed) => {
                let text = failure(failed.failure_details.as_ref());
                return self.resolved(name, event, failed.task_scheduled_id, &text);
            }
            EventType::TimerFired(fired) => return self.resolved(name, event, fired.timer_id, ""),
            EventType::ExecutionCompleted(completed) => {
                let outcome = completed.failure_details.as_ref().map(|details| failure(Some(details)));
                let outcome = outcome.unwrap_or_else(|| payload(completed.result.as_ref()));
                let what = format!("{} {outcome}", short_status(completed.workflow_status()));
                return (name, what, between(self.began, event.timestamp));
            }
            EventType::WorkflowStarted(_) => {
                self.turns += 1;
                format!("turn {}{}", self.turns, version(kind))
            }
            kind => self.scheduled(event, kind),
        };
        (name, what, None)
    }

    /// Work that begins here and ends by an event that names it.
    fn scheduled(&mut self, event: &HistoryEvent, kind: &EventType) -> String {
        let (name, rest) = match kind {
            EventType::TaskScheduled(task) => (task.name.clone(), payload(task.input.as_ref())),
            EventType::ChildWorkflowInstanceCreated(child) => {
                let named = format!("{} as '{}'", child.name, brief(&child.instance_id, PAYLOAD_WIDTH));
                (named, payload(child.input.as_ref()))
            }
            EventType::TimerCreated(timer) => (timer_name(timer), format!("until {}", moment(timer.fire_at))),
            other => return plain(other),
        };
        let target = event.router.as_ref().and_then(|router| router.target_app_id.as_deref());
        let target = target.map(|app| format!(" in app '{app}'")).unwrap_or_default();
        let what = format!("{}{target} {rest}", brief(&name, PAYLOAD_WIDTH));
        self.scheduled.insert(event.event_id, (event.timestamp, name));
        what
    }

    fn resolved(
        &self,
        kind: &'static str,
        event: &HistoryEvent,
        id: i32,
        outcome: &str,
    ) -> (&'static str, String, Option<Duration>) {
        let Some((since, name)) = self.scheduled.get(&id) else {
            return (kind, format!("of {id} {outcome}"), None);
        };
        let what = format!("{} (of {id}) {outcome}", brief(name, PAYLOAD_WIDTH));
        (kind, what, between(*since, event.timestamp))
    }
}

fn timer_name(timer: &dacapo_proto::pb::TimerCreatedEvent) -> String {
    use timer_created_event::Origin;
    match (&timer.origin, &timer.name) {
        (Some(Origin::ExternalEvent(event)), _) => format!("waits for '{}'", event.name),
        (Some(Origin::ActivityRetry(_) | Origin::ChildWorkflowRetry(_)), Some(name)) => {
            format!("retry '{name}'")
        }
        (Some(Origin::ActivityRetry(_) | Origin::ChildWorkflowRetry(_)), None) => "retry".into(),
        (_, Some(name)) => format!("timer '{name}'"),
        _ => "timer".into(),
    }
}

/// The events that stand for themselves.
fn plain(kind: &EventType) -> String {
    match kind {
        EventType::ExecutionStarted(start) => {
            let parent = start.parent_instance.as_ref().and_then(|parent| parent.workflow_instance.as_ref());
            let parent =
                parent.map(|parent| format!(" (child of '{}')", parent.instance_id)).unwrap_or_default();
            format!("{}{parent} {}", brief(&start.name, PAYLOAD_WIDTH), payload(start.input.as_ref()))
        }
        EventType::EventRaised(raised) => {
            format!("'{}' {}", brief(&raised.name, 40), payload(raised.input.as_ref()))
        }
        EventType::EventSent(sent) => {
            format!("'{}' to '{}'", brief(&sent.name, 40), brief(&sent.instance_id, PAYLOAD_WIDTH))
        }
        EventType::DetachedWorkflowInstanceCreated(detached) => {
            format!("'{}'", brief(&detached.instance_id, PAYLOAD_WIDTH))
        }
        EventType::ExecutionSuspended(suspended) => payload(suspended.input.as_ref()),
        EventType::ExecutionResumed(resumed) => payload(resumed.input.as_ref()),
        EventType::ExecutionTerminated(terminated) => {
            let children = if terminated.recurse { "with children " } else { "" };
            format!("{children}{}", payload(terminated.input.as_ref()))
        }
        EventType::ExecutionStalled(stalled) => {
            brief(stalled.description.as_deref().unwrap_or_default(), 200)
        }
        _ => String::new(),
    }
}

fn version(kind: &EventType) -> String {
    let EventType::WorkflowStarted(turn) = kind else { return String::new() };
    let Some(version) = &turn.version else { return String::new() };
    let name = version.name.as_ref().map(|name| format!(", version {name}")).unwrap_or_default();
    let patches = version.patches.join(", ");
    let patches = if patches.is_empty() { patches } else { format!(", patches {patches}") };
    brief(&format!("{name}{patches}"), PAYLOAD_WIDTH)
}

fn payload(text: Option<&String>) -> String {
    text.map(|text| brief(text, PAYLOAD_WIDTH)).unwrap_or_default()
}

fn failure(details: Option<&TaskFailureDetails>) -> String {
    details.map_or_else(
        || "without details".into(),
        |details| brief(&format!("{}: {}", details.error_type, details.error_message), 200),
    )
}

fn name(kind: &EventType) -> &'static str {
    match kind {
        EventType::ExecutionStarted(_) => "ExecutionStarted",
        EventType::ExecutionCompleted(_) => "ExecutionCompleted",
        EventType::ExecutionTerminated(_) => "ExecutionTerminated",
        EventType::TaskScheduled(_) => "TaskScheduled",
        EventType::TaskCompleted(_) => "TaskCompleted",
        EventType::TaskFailed(_) => "TaskFailed",
        EventType::ChildWorkflowInstanceCreated(_) => "ChildCreated",
        EventType::ChildWorkflowInstanceCompleted(_) => "ChildCompleted",
        EventType::ChildWorkflowInstanceFailed(_) => "ChildFailed",
        EventType::TimerCreated(_) => "TimerCreated",
        EventType::TimerFired(_) => "TimerFired",
        EventType::WorkflowStarted(_) => "WorkflowStarted",
        EventType::WorkflowCompleted(_) => "WorkflowCompleted",
        EventType::EventSent(_) => "EventSent",
        EventType::EventRaised(_) => "EventRaised",
        EventType::ContinueAsNew(_) => "ContinueAsNew",
        EventType::ExecutionSuspended(_) => "ExecutionSuspended",
        EventType::ExecutionResumed(_) => "ExecutionResumed",
        EventType::ExecutionStalled(_) => "ExecutionStalled",
        EventType::DetachedWorkflowInstanceCreated(_) => "DetachedCreated",
    }
}
