//! Entries of histories.

use dacapo_engine::{Event, EventKind, ExecutionStarted, ParentInfo, TimerOrigin, Timestamp};
use prost::Message as _;

use super::parts;
use crate::pb::{self, history_event::EventType, timer_created_event::Origin};

/// The message of an event. An external event comes back exactly as it was decoded, which is what carrying it
/// over to the next execution needs; of other kinds, only what the engine reads comes back.
pub fn event(event: &Event) -> pb::HistoryEvent {
    pb::HistoryEvent {
        event_id: event.id,
        timestamp: Some(parts::timestamp(event.timestamp)),
        router: event.router.clone().map(parts::router),
        event_type: kind(event.kind.clone()),
    }
}

/// The encoding of an event: the same bytes for all that the engine takes for the same event, whatever a sidecar
/// did to the order of its fields meanwhile.
pub fn event_bytes(event: &Event) -> Vec<u8> {
    self::event(event).encode_to_vec()
}

fn kind(kind: EventKind) -> Option<EventType> {
    Some(match kind {
        EventKind::ExecutionStarted(started) => EventType::ExecutionStarted(execution_started(*started)),
        EventKind::ExecutionCompleted => EventType::ExecutionCompleted(Default::default()),
        EventKind::ExecutionTerminated { input, recurse } => {
            EventType::ExecutionTerminated(pb::ExecutionTerminatedEvent { input, recurse })
        }
        EventKind::TaskScheduled { name, task_execution_id } => {
            EventType::TaskScheduled(pb::TaskScheduledEvent { name, task_execution_id, ..Default::default() })
        }
        EventKind::TaskCompleted { scheduled_id, result, task_execution_id } => {
            EventType::TaskCompleted(pb::TaskCompletedEvent {
                task_scheduled_id: scheduled_id,
                result,
                task_execution_id,
                ..Default::default()
            })
        }
        EventKind::TaskFailed { scheduled_id, details, task_execution_id } => {
            EventType::TaskFailed(pb::TaskFailedEvent {
                task_scheduled_id: scheduled_id,
                failure_details: details.as_ref().map(parts::failure),
                task_execution_id,
                ..Default::default()
            })
        }
        EventKind::ChildCreated { name, instance_id } => {
            EventType::ChildWorkflowInstanceCreated(pb::ChildWorkflowInstanceCreatedEvent {
                instance_id,
                name,
                ..Default::default()
            })
        }
        EventKind::ChildCompleted { scheduled_id, result } => {
            EventType::ChildWorkflowInstanceCompleted(pb::ChildWorkflowInstanceCompletedEvent {
                task_scheduled_id: scheduled_id,
                result,
                ..Default::default()
            })
        }
        EventKind::ChildFailed { scheduled_id, details } => {
            EventType::ChildWorkflowInstanceFailed(pb::ChildWorkflowInstanceFailedEvent {
                task_scheduled_id: scheduled_id,
                failure_details: details.as_ref().map(parts::failure),
                ..Default::default()
            })
        }
        EventKind::TimerCreated { fire_at, name, origin } => {
            EventType::TimerCreated(timer_created(fire_at, name, origin))
        }
        EventKind::TimerFired { timer_id, fire_at } => {
            EventType::TimerFired(pb::TimerFiredEvent { fire_at: Some(parts::timestamp(fire_at)), timer_id })
        }
        EventKind::WorkflowStarted { version } => {
            EventType::WorkflowStarted(pb::WorkflowStartedEvent { version: version.map(parts::version) })
        }
        EventKind::EventRaised { name, input } => {
            EventType::EventRaised(pb::EventRaisedEvent { name, input })
        }
        EventKind::ExecutionSuspended => EventType::ExecutionSuspended(Default::default()),
        EventKind::ExecutionResumed => EventType::ExecutionResumed(Default::default()),
        EventKind::DetachedCreated { instance_id } => {
            EventType::DetachedWorkflowInstanceCreated(pb::DetachedWorkflowInstanceCreatedEvent {
                instance_id,
            })
        }
        EventKind::EventSent => EventType::EventSent(Default::default()),
        EventKind::Ignored => return None,
    })
}

fn execution_started(started: ExecutionStarted) -> pb::ExecutionStartedEvent {
    pb::ExecutionStartedEvent {
        name: started.name,
        version: None,
        input: started.input,
        workflow_instance: Some(pb::WorkflowInstance {
            instance_id: started.instance_id,
            execution_id: started.execution_id,
        }),
        parent_instance: started.parent.map(parent),
        scheduled_start_timestamp: started.scheduled_start.map(parts::timestamp),
        parent_trace_context: started.trace_parent.map(parts::trace_context),
        workflow_span_id: None,
        tags: started.tags,
    }
}

fn parent(parent: ParentInfo) -> pb::ParentInstanceInfo {
    pb::ParentInstanceInfo {
        task_scheduled_id: parent.task_scheduled_id,
        name: Some(parent.name),
        version: None,
        workflow_instance: Some(pb::WorkflowInstance {
            instance_id: parent.instance_id,
            execution_id: parent.execution_id,
        }),
        app_id: parent.app_id,
        app_namespace: parent.app_namespace,
    }
}

fn timer_created(
    fire_at: Timestamp,
    name: Option<String>,
    origin: Option<TimerOrigin>,
) -> pb::TimerCreatedEvent {
    let origin = origin.map(|origin| match origin {
        TimerOrigin::CreateTimer => Origin::CreateTimer(pb::TimerOriginCreateTimer {}),
        TimerOrigin::ExternalEvent { name } => Origin::ExternalEvent(pb::TimerOriginExternalEvent { name }),
        TimerOrigin::ActivityRetry { task_execution_id } => {
            Origin::ActivityRetry(pb::TimerOriginActivityRetry { task_execution_id })
        }
        TimerOrigin::ChildRetry { instance_id } => {
            Origin::ChildWorkflowRetry(pb::TimerOriginChildWorkflowRetry { instance_id })
        }
    });
    pb::TimerCreatedEvent {
        fire_at: Some(parts::timestamp(fire_at)),
        name,
        rerun_parent_instance_info: None,
        origin,
    }
}
