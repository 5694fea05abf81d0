//! History events: how the core makes them, stores them and reads them back.

use bytes::Bytes;
use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::{self, HistoryEvent};
use prost::Message as _;

use super::Time;
use crate::store::StoreError;

/// The id of events that record no action.
pub(crate) const NO_ACTION: i32 = -1;

/// An event that records the action `id`, or [`NO_ACTION`].
pub(crate) fn event(id: i32, now: Time, kind: EventType) -> HistoryEvent {
    HistoryEvent { event_id: id, timestamp: Some(now.to_proto()), router: None, event_type: Some(kind) }
}

/// The event that opens a turn.
pub(crate) fn turn_started(now: Time) -> HistoryEvent {
    event(NO_ACTION, now, EventType::WorkflowStarted(pb::WorkflowStartedEvent { version: None }))
}

/// The event that an armed timer becomes.
pub(crate) fn timer_fired(now: Time, timer_id: i32, due: Time) -> HistoryEvent {
    let fired = pb::TimerFiredEvent { fire_at: Some(due.to_proto()), timer_id };
    event(NO_ACTION, now, EventType::TimerFired(fired))
}

/// The resolution of a scheduled activity.
pub(crate) fn task_resolved(
    now: Time,
    scheduled: &HistoryEvent,
    outcome: Result<Option<String>, pb::TaskFailureDetails>,
) -> HistoryEvent {
    let task_scheduled_id = scheduled.event_id;
    let task_execution_id = match &scheduled.event_type {
        Some(EventType::TaskScheduled(task)) => task.task_execution_id.clone(),
        _ => String::new(),
    };
    let kind = match outcome {
        Ok(result) => EventType::TaskCompleted(pb::TaskCompletedEvent {
            task_scheduled_id,
            result,
            task_execution_id,
            attestation: None,
            signer_certificate: None,
        }),
        Err(details) => EventType::TaskFailed(pb::TaskFailedEvent {
            task_scheduled_id,
            failure_details: Some(details),
            task_execution_id,
            attestation: None,
            signer_certificate: None,
        }),
    };
    HistoryEvent { router: scheduled.router.clone(), ..event(NO_ACTION, now, kind) }
}

/// What a parent hears when its child failed, or could not be created.
pub(crate) fn child_failed(
    now: Time,
    task_scheduled_id: i32,
    failure_details: Option<pb::TaskFailureDetails>,
) -> HistoryEvent {
    let failed = pb::ChildWorkflowInstanceFailedEvent {
        task_scheduled_id,
        failure_details,
        attestation: None,
        signer_certificate: None,
    };
    event(NO_ACTION, now, EventType::ChildWorkflowInstanceFailed(failed))
}

/// What a parent hears when its child has come to an end.
pub(crate) fn child_resolved(
    now: Time,
    task_scheduled_id: i32,
    completed: &pb::ExecutionCompletedEvent,
) -> HistoryEvent {
    if completed.workflow_status != pb::OrchestrationStatus::Completed as i32 {
        return child_failed(now, task_scheduled_id, completed.failure_details.clone());
    }
    let completed = pb::ChildWorkflowInstanceCompletedEvent {
        task_scheduled_id,
        result: completed.result.clone(),
        attestation: None,
        signer_certificate: None,
    };
    event(NO_ACTION, now, EventType::ChildWorkflowInstanceCompleted(completed))
}

/// A failure that the sidecar itself reports.
pub(crate) fn failure(error_type: &str, message: impl Into<String>) -> pb::TaskFailureDetails {
    pb::TaskFailureDetails {
        error_type: error_type.into(),
        error_message: message.into(),
        stack_trace: None,
        inner_failure: None,
        is_non_retriable: false,
    }
}

/// The router of what the app `app` does itself.
pub(crate) fn own_router(app: &str) -> pb::TaskRouter {
    pb::TaskRouter { source_app_id: app.into(), target_app_id: None, target_app_namespace: None }
}

/// The app that a router names, if it names one.
pub(crate) fn routed_app(router: Option<&pb::TaskRouter>) -> Option<&str> {
    router?.target_app_id.as_deref().filter(|target| !target.is_empty())
}

/// The form in which events are stored and sent.
pub(crate) fn encode(event: &HistoryEvent) -> Bytes {
    Bytes::from(event.encode_to_vec())
}

/// Reads a stored event.
pub(crate) fn decode(stored: &Bytes) -> Result<HistoryEvent, StoreError> {
    HistoryEvent::decode(stored.clone())
        .map_err(|error| StoreError::Damaged { detail: format!("a stored event cannot be decoded: {error}") })
}

/// The moment of an event.
pub(crate) fn moment(event: &HistoryEvent) -> Time {
    event.timestamp.as_ref().map_or(Time::EPOCH, Time::from_proto)
}
