//! Histories for people to read.

use std::fmt;

use bytes::Bytes;
use dacapo_engine::FailureDetails;
use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::{decode, pb};
use prost::Message as _;

use super::state::Status;
use crate::Timestamp;
use crate::runtime_error::RuntimeError;

/// One entry of an instance's history. Its `Display` form is one line.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HistoryEntry {
    /// The id of the action that this entry records; `None` for everything that came from outside. It is what
    /// [`Instance::rerun_from`](super::Instance::rerun_from) takes.
    pub id: Option<u32>,
    /// When it was recorded.
    pub at: Timestamp,
    /// What happened.
    pub event: HistoryEvent,
}

/// What a [`HistoryEntry`] says. Payloads are the recorded JSON text; `of` is the id of the entry that began it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are named by what they hold")]
pub enum HistoryEvent {
    /// A turn began.
    TurnStarted { version: Option<String>, patches: Vec<String> },
    /// The execution began.
    Started { name: String, input: Option<String>, execution_id: Option<String> },
    /// The execution ended.
    Ended { status: Status, output: Option<String>, failure: Option<FailureDetails> },
    /// A client asked for the end.
    Terminated { output: Option<String> },
    /// A client asked to hold still.
    Suspended { reason: Option<String> },
    /// A client asked to go on.
    Resumed { reason: Option<String> },
    /// The deployed code cannot go on with the instance.
    Stalled { reason: String, description: Option<String> },
    /// An activity was scheduled. Its task execution id is that of every attempt of the call; before Dapr 1.16 there is none.
    ActivityScheduled { name: String, input: Option<String>, task_execution_id: Option<String> },
    /// An activity returned.
    ActivityCompleted { of: i32, result: Option<String> },
    /// An attempt of an activity failed.
    ActivityFailed { of: i32, failure: Option<FailureDetails> },
    /// A child workflow was created.
    ChildCreated { name: String, instance_id: String, input: Option<String> },
    /// A child workflow returned.
    ChildCompleted { of: i32, result: Option<String> },
    /// A child workflow failed, or was terminated, which leaves no failure.
    ChildFailed { of: i32, failure: Option<FailureDetails> },
    /// A workflow was started that nobody waits for.
    DetachedCreated { instance_id: String },
    /// A timer was set.
    TimerCreated { name: Option<String>, fire_at: Option<Timestamp> },
    /// A timer fired.
    TimerFired { of: i32 },
    /// An event arrived from outside.
    EventRaised { name: String, payload: Option<String> },
    /// An event was sent to another instance, by another SDK.
    EventSent { name: String, instance_id: String },
    /// Something that this release does not know.
    Other,
}

pub(super) fn read(events: Vec<Bytes>, instance_id: &str) -> Result<Vec<HistoryEntry>, RuntimeError> {
    events
        .into_iter()
        .enumerate()
        .map(|(index, bytes)| entry(bytes).map_err(|error| undecodable(instance_id, index, &error)))
        .collect()
}

fn undecodable(instance_id: &str, index: usize, error: &prost::DecodeError) -> RuntimeError {
    RuntimeError::Undecodable {
        what: format!("event {index} in the history of `{instance_id}`"),
        expected: "history event".to_owned(),
        reason: error.to_string(),
    }
}

fn entry(bytes: Bytes) -> Result<HistoryEntry, prost::DecodeError> {
    pb::HistoryEvent::decode(bytes).map(entry_of)
}

/// An event as people read it.
pub(crate) fn entry_of(event: pb::HistoryEvent) -> HistoryEntry {
    HistoryEntry {
        id: u32::try_from(event.event_id)
            .ok()
            .filter(|_| event.event_type.as_ref().is_some_and(records_an_action)),
        at: event.timestamp.map_or(Timestamp::UNIX_EPOCH, |time| Timestamp(decode::timestamp(time))),
        event: event.event_type.map_or(HistoryEvent::Other, meaning),
    }
}

/// Other entries carry -1, or 0 from sidecars that leave the field out.
fn records_an_action(event: &EventType) -> bool {
    matches!(
        event,
        EventType::TaskScheduled(_)
            | EventType::ChildWorkflowInstanceCreated(_)
            | EventType::TimerCreated(_)
            | EventType::DetachedWorkflowInstanceCreated(_)
            | EventType::EventSent(_)
            | EventType::ExecutionCompleted(_)
    )
}

fn meaning(event: EventType) -> HistoryEvent {
    match event {
        EventType::WorkflowStarted(event) => {
            let version = event.version.unwrap_or_default();
            HistoryEvent::TurnStarted { version: version.name, patches: version.patches }
        }
        EventType::ExecutionStarted(event) => HistoryEvent::Started {
            name: event.name,
            input: event.input,
            execution_id: event.workflow_instance.and_then(|instance| instance.execution_id),
        },
        EventType::ExecutionCompleted(event) => HistoryEvent::Ended {
            status: status(event.workflow_status),
            output: event.result,
            failure: event.failure_details.map(decode::failure),
        },
        EventType::ExecutionTerminated(event) => HistoryEvent::Terminated { output: event.input },
        EventType::ExecutionSuspended(event) => HistoryEvent::Suspended { reason: event.input },
        EventType::ExecutionResumed(event) => HistoryEvent::Resumed { reason: event.input },
        EventType::ExecutionStalled(event) => HistoryEvent::Stalled {
            reason: pb::StalledReason::try_from(event.reason)
                .map_or_else(|_| event.reason.to_string(), |reason| reason.as_str_name().to_owned()),
            description: event.description,
        },
        EventType::TimerCreated(event) => HistoryEvent::TimerCreated {
            name: event.name,
            fire_at: event.fire_at.map(|time| Timestamp(decode::timestamp(time))),
        },
        EventType::TimerFired(event) => HistoryEvent::TimerFired { of: event.timer_id },
        EventType::EventRaised(event) => HistoryEvent::EventRaised { name: event.name, payload: event.input },
        EventType::EventSent(event) => {
            HistoryEvent::EventSent { name: event.name, instance_id: event.instance_id }
        }
        other => meaning_of_work(other),
    }
}

fn meaning_of_work(event: EventType) -> HistoryEvent {
    match event {
        EventType::TaskScheduled(event) => HistoryEvent::ActivityScheduled {
            name: event.name,
            input: event.input,
            task_execution_id: Some(event.task_execution_id).filter(|id| !id.is_empty()),
        },
        EventType::TaskCompleted(event) => {
            HistoryEvent::ActivityCompleted { of: event.task_scheduled_id, result: event.result }
        }
        EventType::TaskFailed(event) => HistoryEvent::ActivityFailed {
            of: event.task_scheduled_id,
            failure: event.failure_details.map(decode::failure),
        },
        EventType::ChildWorkflowInstanceCreated(event) => HistoryEvent::ChildCreated {
            name: event.name,
            instance_id: event.instance_id,
            input: event.input,
        },
        EventType::ChildWorkflowInstanceCompleted(event) => {
            HistoryEvent::ChildCompleted { of: event.task_scheduled_id, result: event.result }
        }
        EventType::ChildWorkflowInstanceFailed(event) => HistoryEvent::ChildFailed {
            of: event.task_scheduled_id,
            failure: event.failure_details.map(decode::failure),
        },
        EventType::DetachedWorkflowInstanceCreated(event) => {
            HistoryEvent::DetachedCreated { instance_id: event.instance_id }
        }
        _ => HistoryEvent::Other,
    }
}

fn status(number: i32) -> Status {
    let state = decode::state(pb::WorkflowState { workflow_status: number, ..Default::default() });
    Status::from_wire(state.status)
}

impl fmt::Display for HistoryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            Some(id) => write!(f, "{id:>4}  {}  {}", self.at, self.event),
            None => write!(f, "      {}  {}", self.at, self.event),
        }
    }
}

impl fmt::Display for HistoryEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TurnStarted { .. } => f.write_str("turn started"),
            Self::Started { name, input, .. } => write!(f, "workflow `{name}` started{}", Text(input)),
            Self::Ended { status, output, failure: None } => write!(f, "ended as {status}{}", Text(output)),
            Self::Ended { status, failure: Some(failure), .. } => write!(f, "ended as {status}: {failure}"),
            Self::Terminated { output } => write!(f, "terminated by a client{}", Text(output)),
            Self::Suspended { reason } => write!(f, "suspended by a client{}", Text(reason)),
            Self::Resumed { reason } => write!(f, "resumed by a client{}", Text(reason)),
            Self::Stalled { reason, description } => write!(f, "stalled, {reason}{}", Text(description)),
            Self::ActivityScheduled { name, input, .. } => {
                write!(f, "activity `{name}` scheduled{}", Text(input))
            }
            Self::ActivityCompleted { of, result } => write!(f, "activity {of} completed{}", Text(result)),
            Self::ActivityFailed { of, failure } => write!(f, "activity {of} failed{}", Cause(failure)),
            Self::ChildCreated { name, instance_id, input } => {
                write!(f, "child `{name}` created as `{instance_id}`{}", Text(input))
            }
            Self::ChildCompleted { of, result } => write!(f, "child {of} completed{}", Text(result)),
            Self::ChildFailed { of, failure } => write!(f, "child {of} failed{}", Cause(failure)),
            Self::DetachedCreated { instance_id } => write!(f, "workflow started as `{instance_id}`"),
            Self::TimerCreated { name, fire_at } => {
                let due = fire_at.map_or_else(String::new, |time| format!(" for {time}"));
                write!(f, "timer set{due}{}", Text(name))
            }
            Self::TimerFired { of } => write!(f, "timer {of} fired"),
            Self::EventRaised { name, payload } => write!(f, "event `{name}` arrived{}", Text(payload)),
            Self::EventSent { name, instance_id } => write!(f, "event `{name}` sent to `{instance_id}`"),
            Self::Other => f.write_str("(of a kind that this release does not know)"),
        }
    }
}

struct Text<'a>(&'a Option<String>);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |text| write!(f, ": {text}"))
    }
}

struct Cause<'a>(&'a Option<FailureDetails>);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |failure| write!(f, ": {failure}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(event_id: i32, event: EventType) -> String {
        let time = dacapo_proto::encode::timestamp(dacapo_engine::Timestamp::UNIX_EPOCH);
        let wire =
            pb::HistoryEvent { event_id, timestamp: Some(time), event_type: Some(event), router: None };
        read(vec![wire.encode_to_vec().into()], "a-1").unwrap()[0].to_string()
    }

    #[test]
    fn an_entry_reads_as_one_line() {
        let scheduled =
            pb::TaskScheduledEvent { name: "pay".into(), input: Some("1".into()), ..Default::default() };
        assert_eq!(
            line(3, EventType::TaskScheduled(scheduled)),
            "   3  1970-01-01T00:00:00Z  activity `pay` scheduled: 1"
        );
        let raised = pb::EventRaisedEvent { name: "go".into(), input: None };
        assert_eq!(
            line(-1, EventType::EventRaised(raised)),
            "      1970-01-01T00:00:00Z  event `go` arrived"
        );
    }

    #[test]
    fn an_event_of_a_later_release_is_kept_as_other() {
        let entries = read(vec![Bytes::from_static(b"\x08\x01")], "a-1").unwrap();
        assert_eq!(entries[0].event, HistoryEvent::Other);
    }

    #[test]
    fn a_broken_entry_is_named() {
        let error = read(vec![Bytes::from_static(b"\xff")], "a-1").unwrap_err();
        assert!(error.to_string().starts_with("event 0 in the history of `a-1`"), "{error}");
    }
}
