//! Entries of histories.

use dacapo_engine::{Event, EventKind, ExecutionStarted, ParentInfo, TimerOrigin, Timestamp};

use super::parts::{self, filled};
use crate::pb::{self, history_event::EventType, timer_created_event::Origin};

/// One entry of a history. A kind that is unknown, absent or of no concern to a workflow becomes
/// [`EventKind::Ignored`]; an absent time reads as the beginning of 1970.
pub fn event(message: pb::HistoryEvent) -> Event {
    Event {
        id: message.event_id,
        timestamp: time(message.timestamp),
        router: message.router.map(parts::router),
        kind: message.event_type.map_or(EventKind::Ignored, kind),
    }
}

fn kind(message: EventType) -> EventKind {
    match message {
        EventType::ExecutionStarted(it) => EventKind::ExecutionStarted(execution_started(it).into()),
        EventType::ExecutionCompleted(_) => EventKind::ExecutionCompleted,
        EventType::ExecutionTerminated(it) => {
            EventKind::ExecutionTerminated { input: it.input, recurse: it.recurse }
        }
        EventType::TaskScheduled(it) => {
            EventKind::TaskScheduled { name: it.name, task_execution_id: it.task_execution_id }
        }
        EventType::TaskCompleted(it) => EventKind::TaskCompleted {
            scheduled_id: it.task_scheduled_id,
            result: it.result,
            task_execution_id: it.task_execution_id,
        },
        EventType::TaskFailed(it) => EventKind::TaskFailed {
            scheduled_id: it.task_scheduled_id,
            details: it.failure_details.map(parts::failure),
            task_execution_id: it.task_execution_id,
        },
        EventType::ChildWorkflowInstanceCreated(it) => {
            EventKind::ChildCreated { name: it.name, instance_id: it.instance_id }
        }
        EventType::ChildWorkflowInstanceCompleted(it) => {
            EventKind::ChildCompleted { scheduled_id: it.task_scheduled_id, result: it.result }
        }
        EventType::ChildWorkflowInstanceFailed(it) => EventKind::ChildFailed {
            scheduled_id: it.task_scheduled_id,
            details: it.failure_details.map(parts::failure),
        },
        EventType::TimerCreated(it) => timer_created(it),
        EventType::TimerFired(it) => {
            EventKind::TimerFired { timer_id: it.timer_id, fire_at: time(it.fire_at) }
        }
        EventType::WorkflowStarted(it) => {
            EventKind::WorkflowStarted { version: it.version.map(parts::version) }
        }
        EventType::EventSent(_) => EventKind::EventSent,
        EventType::EventRaised(it) => EventKind::EventRaised { name: it.name, input: it.input },
        EventType::ExecutionSuspended(_) => EventKind::ExecutionSuspended,
        EventType::ExecutionResumed(_) => EventKind::ExecutionResumed,
        EventType::DetachedWorkflowInstanceCreated(it) => {
            EventKind::DetachedCreated { instance_id: it.instance_id }
        }
        EventType::WorkflowCompleted(_) | EventType::ContinueAsNew(_) | EventType::ExecutionStalled(_) => {
            EventKind::Ignored
        }
    }
}

fn execution_started(message: pb::ExecutionStartedEvent) -> ExecutionStarted {
    let instance = message.workflow_instance.unwrap_or_default();
    ExecutionStarted {
        name: message.name,
        input: message.input,
        instance_id: instance.instance_id,
        execution_id: filled(instance.execution_id),
        parent: message.parent_instance.map(parent),
        tags: message.tags,
        scheduled_start: message.scheduled_start_timestamp.map(parts::timestamp),
        trace_parent: message.parent_trace_context.and_then(parts::trace_context),
    }
}

fn parent(message: pb::ParentInstanceInfo) -> ParentInfo {
    let instance = message.workflow_instance.unwrap_or_default();
    ParentInfo {
        instance_id: instance.instance_id,
        execution_id: filled(instance.execution_id),
        name: message.name.unwrap_or_default(),
        task_scheduled_id: message.task_scheduled_id,
        app_id: filled(message.app_id),
        app_namespace: filled(message.app_namespace),
    }
}

fn timer_created(message: pb::TimerCreatedEvent) -> EventKind {
    EventKind::TimerCreated {
        fire_at: time(message.fire_at),
        name: filled(message.name),
        origin: message.origin.map(timer_origin),
    }
}

fn timer_origin(message: Origin) -> TimerOrigin {
    match message {
        Origin::CreateTimer(_) => TimerOrigin::CreateTimer,
        Origin::ExternalEvent(it) => TimerOrigin::ExternalEvent { name: it.name },
        Origin::ActivityRetry(it) => TimerOrigin::ActivityRetry { task_execution_id: it.task_execution_id },
        Origin::ChildWorkflowRetry(it) => TimerOrigin::ChildRetry { instance_id: it.instance_id },
    }
}

fn time(message: Option<prost_types::Timestamp>) -> Timestamp {
    message.map_or(Timestamp::UNIX_EPOCH, parts::timestamp)
}
