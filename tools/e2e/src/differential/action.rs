//! Actions as a worker's answers hold them.

use dacapo_proto::pb::create_timer_action::Origin;
use dacapo_proto::pb::workflow_action::WorkflowActionType;
use dacapo_proto::pb::{self, HistoryPropagationScope, OrchestrationStatus, WorkflowAction};
use prost_types::Timestamp;

/// The first second of the year 2100: no run lives to see it.
pub(super) const FAR: i64 = 4_102_444_800;

/// The first second of the year 2001: due at once.
pub(super) const PAST: i64 = 978_307_200;

/// 9999-12-31T23:59:59Z: what workers write for a wait without end.
pub(super) const ENDLESS: i64 = 253_402_300_799;

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp { seconds, nanos: 0 }
}

pub(super) fn action(id: i32, kind: WorkflowActionType) -> WorkflowAction {
    WorkflowAction { id, router: None, workflow_action_type: Some(kind) }
}

/// An activity that is called by its id, so that no two are the same.
pub(super) fn task(id: i32) -> WorkflowAction {
    task_with(id, Some(&format!("\"task {id}\"")))
}

pub(super) fn task_with(id: i32, input: Option<&str>) -> WorkflowAction {
    task_in(id, input, HistoryPropagationScope::None)
}

pub(super) fn task_in(id: i32, input: Option<&str>, scope: HistoryPropagationScope) -> WorkflowAction {
    let history_propagation_scope = (scope != HistoryPropagationScope::None).then_some(scope as i32);
    let task = pb::ScheduleTaskAction {
        name: "act".to_owned(),
        input: input.map(Into::into),
        task_execution_id: format!("call-{id}"),
        history_propagation_scope,
        ..pb::ScheduleTaskAction::default()
    };
    action(id, WorkflowActionType::ScheduleTask(task))
}

pub(super) fn timer(id: i32, due: i64) -> WorkflowAction {
    timer_with(id, due, None, Origin::CreateTimer(pb::TimerOriginCreateTimer {}))
}

/// The timer of a wait for an event.
pub(super) fn wait(id: i32, event: &str, due: i64) -> WorkflowAction {
    let origin = Origin::ExternalEvent(pb::TimerOriginExternalEvent { name: event.to_owned() });
    timer_with(id, due, Some(event), origin)
}

pub(super) fn retry_timer(id: i32, first: i32, due: i64) -> WorkflowAction {
    let origin =
        Origin::ActivityRetry(pb::TimerOriginActivityRetry { task_execution_id: format!("call-{first}") });
    timer_with(id, due, Some("act-retry"), origin)
}

fn timer_with(id: i32, due: i64, name: Option<&str>, origin: Origin) -> WorkflowAction {
    let name = name.map(Into::into);
    let timer = pb::CreateTimerAction { fire_at: Some(at(due)), name, origin: Some(origin) };
    action(id, WorkflowActionType::CreateTimer(timer))
}

/// A child; an empty id leaves the choice to the sidecar.
pub(super) fn child(id: i32, instance_id: &str) -> WorkflowAction {
    child_in(id, instance_id, HistoryPropagationScope::None)
}

pub(super) fn child_in(id: i32, instance_id: &str, scope: HistoryPropagationScope) -> WorkflowAction {
    let history_propagation_scope = (scope != HistoryPropagationScope::None).then_some(scope as i32);
    let child = pb::CreateChildWorkflowAction {
        instance_id: instance_id.to_owned(),
        name: "Child".to_owned(),
        input: Some("\"child\"".to_owned()),
        history_propagation_scope,
        ..pb::CreateChildWorkflowAction::default()
    };
    action(id, WorkflowActionType::CreateChildWorkflow(child))
}

pub(super) fn detached(id: i32, instance_id: &str) -> WorkflowAction {
    let detached = pb::CreateDetachedWorkflowAction {
        instance_id: instance_id.to_owned(),
        name: "Detached".to_owned(),
        ..pb::CreateDetachedWorkflowAction::default()
    };
    action(id, WorkflowActionType::CreateDetachedWorkflow(detached))
}

pub(super) fn send_event(id: i32, instance_id: &str, name: &str) -> WorkflowAction {
    let instance = pb::WorkflowInstance { instance_id: instance_id.to_owned(), execution_id: None };
    let send = pb::SendEventAction {
        instance: Some(instance),
        name: name.to_owned(),
        data: Some("\"sent\"".to_owned()),
    };
    action(id, WorkflowActionType::SendEvent(send))
}

pub(super) fn terminate_other(id: i32, instance_id: &str) -> WorkflowAction {
    let terminate = pb::TerminateWorkflowAction {
        instance_id: instance_id.to_owned(),
        reason: Some("\"by another\"".to_owned()),
        recurse: false,
    };
    action(id, WorkflowActionType::TerminateWorkflow(terminate))
}

pub(super) fn version_not_available(id: i32) -> WorkflowAction {
    let kind = WorkflowActionType::WorkflowVersionNotAvailable(pb::WorkflowVersionNotAvailableAction {});
    action(id, kind)
}

pub(super) fn complete(id: i32, result: Option<&str>) -> WorkflowAction {
    end(id, OrchestrationStatus::Completed, result, None)
}

pub(super) fn fail(id: i32, message: &str) -> WorkflowAction {
    end(id, OrchestrationStatus::Failed, None, Some(failure(message)))
}

pub(super) fn terminated(id: i32) -> WorkflowAction {
    end(id, OrchestrationStatus::Terminated, Some("\"stop\""), None)
}

pub(super) fn continue_as_new(id: i32, input: &str) -> WorkflowAction {
    end(id, OrchestrationStatus::ContinuedAsNew, Some(input), None)
}

pub(super) fn end(
    id: i32,
    status: OrchestrationStatus,
    result: Option<&str>,
    failure_details: Option<pb::TaskFailureDetails>,
) -> WorkflowAction {
    let complete = pb::CompleteWorkflowAction {
        workflow_status: status as i32,
        result: result.map(Into::into),
        failure_details,
        ..pb::CompleteWorkflowAction::default()
    };
    action(id, WorkflowActionType::CompleteWorkflow(complete))
}

pub(super) fn failure(message: &str) -> pb::TaskFailureDetails {
    pb::TaskFailureDetails {
        error_type: "Refused".to_owned(),
        error_message: message.to_owned(),
        stack_trace: Some("at line 1".to_owned()),
        inner_failure: Some(Box::new(pb::TaskFailureDetails {
            error_type: "Cause".to_owned(),
            error_message: format!("why {message}"),
            ..pb::TaskFailureDetails::default()
        })),
        is_non_retriable: true,
    }
}
