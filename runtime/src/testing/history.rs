//! Histories for people and for assertions: one line for each thing that happened.

use std::collections::BTreeMap;

use dacapo_engine::{Action, ActionKind, TimerOrigin};
use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::timer_created_event::Origin;
use dacapo_proto::{decode, pb};

use super::diff::diff;
use crate::Timestamp;
use crate::client::{RecordedHistory, Status};

/// What stands for anything in an expected line or list of lines.
const ANYTHING: &str = "..";

/// Reading histories in tests.
impl RecordedHistory {
    /// What happened, one line for each entry but those that only open a turn:
    ///
    /// ```text
    /// workflow `order` started: {"item":"cars"}
    /// activity `pay` scheduled: 150000
    /// activity `pay` completed: "receipt 1"
    /// timer set for 2030-01-31T00:00:00Z
    /// timer fired
    /// waits for event `approval` until 2030-01-01T00:03:20Z
    /// event `approval` arrived: true
    /// child workflow `ship` created as `order-1:0004`: 7
    /// ended as COMPLETED: "done"
    /// ```
    pub fn lines(&self) -> Vec<String> {
        let mut names = BTreeMap::new();
        self.0.events.iter().filter_map(|event| line(event, &mut names)).collect()
    }
}

/// What [`assert_history!`](crate::assert_history) expects: a list of lines, each whole or beginning with what stands before
/// a `..` at its end; a line of `..` alone stands for any number of entries.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a>(&'a [&'a str]);

impl<'a> Expected<'a> {
    /// These lines.
    pub fn new(lines: &'a [&'a str]) -> Self {
        Self(lines)
    }

    /// Demands that this is what happened.
    ///
    /// # Panics
    /// When it is not, with both side by side.
    #[track_caller]
    pub fn check(self, history: &RecordedHistory) {
        let lines = history.lines();
        if !fits(self.0, &lines) {
            let shown = diff(self.0, &lines, line_fits);
            let shown: Vec<_> = shown.into_iter().map(|line| format!("    {line}")).collect();
            panic!(
                "the history of `{}` is not what was expected (`-` expected, `+` happened)\n{}",
                history.instance_id(),
                shown.join("\n")
            );
        }
    }
}

/// Whether the lines are as expected, with any number of them for a line of `..`.
fn fits(expected: &[&str], lines: &[String]) -> bool {
    match expected {
        [] => lines.is_empty(),
        [ANYTHING, rest @ ..] => (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..])),
        [first, rest @ ..] => {
            lines.first().is_some_and(|line| line_fits(first, line)) && fits(rest, &lines[1..])
        }
    }
}

fn line_fits(expected: &str, line: &str) -> bool {
    match expected.strip_suffix(ANYTHING) {
        Some(start) => line.starts_with(start),
        None => line == expected,
    }
}

/// Demands that an instance has this history: `assert_history!(history, ["workflow `pay` started: 7", ".."])`.
///
/// A line that ends with `..` needs only to begin so, and a line of `..` stands for any number of entries. What differs is
/// shown as a diff. The lines are those of [`RecordedHistory::lines`](crate::client::RecordedHistory::lines).
///
/// ```standalone_crate
/// # use dacapo::prelude::*;
/// # use dacapo::{assert_history, testing::TestEnv};
/// # #[activity] async fn charge(amount: u64) -> Result<u64> { Ok(amount) }
/// # #[workflow] async fn pay(amount: u64) -> Result<u64> { Ok(charge(amount).await?) }
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// # let env = TestEnv::new();
/// let run = env.schedule(pay(7)).await?;
/// run.result().await?;
/// assert_history!(run.history().await?, [
///     "workflow `pay` started: 7",
///     "activity `charge` scheduled: 7",
///     "activity `charge` completed..",
///     "ended as COMPLETED: 7",
/// ]);
/// # Ok(()) }
/// ```
#[macro_export]
macro_rules! assert_history {
    ($history:expr, [$($line:expr),* $(,)?]) => {
        $crate::testing::Expected::new(&[$($line),*]).check(&$history)
    };
}

fn line(event: &pb::HistoryEvent, names: &mut BTreeMap<i32, String>) -> Option<String> {
    let id = event.event_id;
    let name_of = |id: &i32, names: &BTreeMap<i32, String>| {
        names.get(id).cloned().unwrap_or_else(|| format!("(of step {id}, which was never asked for)"))
    };
    Some(match event.event_type.as_ref()? {
        EventType::WorkflowStarted(_) => return None,
        EventType::ExecutionStarted(event) => {
            format!("workflow `{}` started{}", event.name, text(event.input.as_ref()))
        }
        EventType::TaskScheduled(event) => {
            names.insert(id, format!("activity `{}`", event.name));
            format!("activity `{}` scheduled{}", event.name, text(event.input.as_ref()))
        }
        EventType::TaskCompleted(event) => {
            format!("{} completed{}", name_of(&event.task_scheduled_id, names), text(event.result.as_ref()))
        }
        EventType::TaskFailed(event) => {
            format!(
                "{} failed{}",
                name_of(&event.task_scheduled_id, names),
                cause(event.failure_details.as_ref())
            )
        }
        EventType::ChildWorkflowInstanceCreated(event) => {
            names.insert(id, format!("child workflow `{}`", event.name));
            let input = text(event.input.as_ref());
            format!("child workflow `{}` created as `{}`{input}", event.name, event.instance_id)
        }
        EventType::ChildWorkflowInstanceCompleted(event) => {
            format!("{} completed{}", name_of(&event.task_scheduled_id, names), text(event.result.as_ref()))
        }
        EventType::ChildWorkflowInstanceFailed(event) => {
            format!(
                "{} failed{}",
                name_of(&event.task_scheduled_id, names),
                cause(event.failure_details.as_ref())
            )
        }
        EventType::TimerCreated(event) => {
            let (line, name) = timer(event);
            names.insert(id, name);
            line
        }
        EventType::TimerFired(event) => name_of(&event.timer_id, names),
        other => from_outside(other),
    })
}

/// How a timer that is set reads, and how it reads when it fires.
fn timer(event: &pb::TimerCreatedEvent) -> (String, String) {
    let at = event.fire_at.map_or_else(String::new, |time| Timestamp(decode::timestamp(time)).to_string());
    match &event.origin {
        Some(Origin::ExternalEvent(waits)) => {
            // Without a limit the timer is set for the end of all time.
            let until = if at.starts_with("9999") { String::new() } else { format!(" until {at}") };
            let name = &waits.name;
            (format!("waits for event `{name}`{until}"), format!("the wait for event `{name}` is over"))
        }
        Some(Origin::ActivityRetry(_) | Origin::ChildWorkflowRetry(_)) => {
            (format!("next attempt at {at}"), "the next attempt begins".to_owned())
        }
        _ => (format!("timer set for {at}"), "timer fired".to_owned()),
    }
}

fn from_outside(event: &EventType) -> String {
    match event {
        EventType::EventRaised(event) => {
            format!("event `{}` arrived{}", event.name, text(event.input.as_ref()))
        }
        EventType::EventSent(event) => format!("event `{}` sent to `{}`", event.name, event.instance_id),
        EventType::ExecutionCompleted(event) => {
            let state = decode::state(pb::WorkflowState {
                workflow_status: event.workflow_status,
                ..Default::default()
            });
            let status = Status::from_wire(state.status);
            let failure = event.failure_details.as_ref();
            format!("ended as {status}{}{}", text(event.result.as_ref()), cause(failure))
        }
        EventType::ExecutionTerminated(event) => format!("terminated{}", text(event.input.as_ref())),
        EventType::ExecutionSuspended(event) => format!("suspended{}", text(event.input.as_ref())),
        EventType::ExecutionResumed(event) => format!("resumed{}", text(event.input.as_ref())),
        EventType::ExecutionStalled(event) => format!("stalled{}", text(event.description.as_ref())),
        EventType::DetachedWorkflowInstanceCreated(event) => {
            format!("detached workflow started as `{}`", event.instance_id)
        }
        _ => "(of a kind that says nothing)".to_owned(),
    }
}

fn text(payload: Option<&String>) -> String {
    payload.map_or_else(String::new, |payload| format!(": {payload}"))
}

fn cause(failure: Option<&pb::TaskFailureDetails>) -> String {
    failure.map_or_else(String::new, |failure| format!(": {}", failure.error_message))
}

/// A step in a word, as both a recorded event and an action have it.
pub(super) fn step_of_event(event: &EventType) -> Option<String> {
    Some(match event {
        EventType::TaskScheduled(event) => format!("activity `{}`", event.name),
        EventType::ChildWorkflowInstanceCreated(event) => format!("child workflow `{}`", event.name),
        EventType::TimerCreated(event) => match &event.origin {
            Some(Origin::ExternalEvent(event)) => format!("wait for event `{}`", event.name),
            Some(Origin::ActivityRetry(_) | Origin::ChildWorkflowRetry(_)) => "next attempt".to_owned(),
            _ => "timer".to_owned(),
        },
        EventType::DetachedWorkflowInstanceCreated(event) => {
            format!("detached workflow `{}`", event.instance_id)
        }
        EventType::ExecutionCompleted(_) => "end".to_owned(),
        _ => return None,
    })
}

/// The same for what code asks for.
pub(super) fn step_of_action(action: &Action) -> String {
    match &action.kind {
        ActionKind::ScheduleTask { name, .. } => format!("activity `{name}`"),
        ActionKind::CreateChild { name, .. } => format!("child workflow `{name}`"),
        ActionKind::CreateTimer { origin, .. } => match origin {
            TimerOrigin::ExternalEvent { name } => format!("wait for event `{name}`"),
            TimerOrigin::ActivityRetry { .. } | TimerOrigin::ChildRetry { .. } => "next attempt".to_owned(),
            TimerOrigin::CreateTimer => "timer".to_owned(),
        },
        ActionKind::CreateDetached { instance_id, .. } => format!("detached workflow `{instance_id}`"),
        ActionKind::Complete(_) | ActionKind::VersionNotAvailable => "end".to_owned(),
    }
}
