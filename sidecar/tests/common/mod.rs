//! What every test of the service needs: actions, requests and a look into events, without any SDK.

#![allow(dead_code, reason = "each test binary uses its part of this")]

use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::workflow_action::WorkflowActionType;
use dacapo_proto::pb::{self, HistoryEvent, OrchestrationStatus, TaskRouter, WorkflowAction};
use prost::Message as _;

pub(crate) fn request(id: &str, name: &str) -> pb::CreateInstanceRequest {
    pb::CreateInstanceRequest {
        instance_id: id.into(),
        name: name.into(),
        input: Some("\"in\"".into()),
        ..pb::CreateInstanceRequest::default()
    }
}

pub(crate) fn get(id: &str) -> pb::GetInstanceRequest {
    pb::GetInstanceRequest { instance_id: id.into(), get_inputs_and_outputs: true, router: None }
}

pub(crate) fn raise(id: &str, name: &str, input: &str) -> pb::RaiseEventRequest {
    let input = Some(input.into());
    pb::RaiseEventRequest { instance_id: id.into(), name: name.into(), input, router: None }
}

pub(crate) fn terminate(id: &str, recursive: bool) -> pb::TerminateRequest {
    let output = Some("\"ended\"".into());
    pb::TerminateRequest { instance_id: id.into(), output, recursive, router: None }
}

pub(crate) fn suspend(id: &str) -> pb::SuspendRequest {
    pb::SuspendRequest { instance_id: id.into(), reason: Some("pause".into()), router: None }
}

pub(crate) fn resume(id: &str) -> pb::ResumeRequest {
    pb::ResumeRequest { instance_id: id.into(), reason: Some(String::new()), router: None }
}

pub(crate) fn purge(id: &str) -> pb::PurgeInstancesRequest {
    pb::PurgeInstancesRequest {
        request: Some(pb::purge_instances_request::Request::InstanceId(id.into())),
        ..pb::PurgeInstancesRequest::default()
    }
}

pub(crate) fn action(id: i32, kind: WorkflowActionType) -> WorkflowAction {
    WorkflowAction { id, router: None, workflow_action_type: Some(kind) }
}

pub(crate) fn routed(app: &str, action: WorkflowAction) -> WorkflowAction {
    let target_app_id = Some(app.to_owned());
    WorkflowAction { router: Some(TaskRouter { target_app_id, ..TaskRouter::default() }), ..action }
}

pub(crate) fn task(id: i32, name: &str) -> WorkflowAction {
    action(
        id,
        WorkflowActionType::ScheduleTask(pb::ScheduleTaskAction {
            name: name.into(),
            input: Some(format!("\"{id}\"")),
            task_execution_id: format!("call-{id}"),
            ..pb::ScheduleTaskAction::default()
        }),
    )
}

pub(crate) fn timer(id: i32, seconds: i64) -> WorkflowAction {
    let fire_at = Some(prost_types::Timestamp { seconds, nanos: 0 });
    action(
        id,
        WorkflowActionType::CreateTimer(pb::CreateTimerAction {
            fire_at,
            ..pb::CreateTimerAction::default()
        }),
    )
}

pub(crate) fn event_timer(id: i32, event: &str, seconds: i64) -> WorkflowAction {
    let origin = pb::TimerOriginExternalEvent { name: event.into() };
    action(
        id,
        WorkflowActionType::CreateTimer(pb::CreateTimerAction {
            fire_at: Some(prost_types::Timestamp { seconds, nanos: 0 }),
            name: Some(event.into()),
            origin: Some(pb::create_timer_action::Origin::ExternalEvent(origin)),
        }),
    )
}

pub(crate) fn child(id: i32, name: &str, instance_id: &str) -> WorkflowAction {
    action(
        id,
        WorkflowActionType::CreateChildWorkflow(pb::CreateChildWorkflowAction {
            instance_id: instance_id.into(),
            name: name.into(),
            input: Some("\"child\"".into()),
            ..pb::CreateChildWorkflowAction::default()
        }),
    )
}

pub(crate) fn detached(id: i32, name: &str, instance_id: &str) -> WorkflowAction {
    action(
        id,
        WorkflowActionType::CreateDetachedWorkflow(pb::CreateDetachedWorkflowAction {
            instance_id: instance_id.into(),
            name: name.into(),
            tags: [("k".to_owned(), "v".to_owned())].into(),
            ..pb::CreateDetachedWorkflowAction::default()
        }),
    )
}

pub(crate) fn complete(id: i32, result: &str) -> WorkflowAction {
    finish(id, OrchestrationStatus::Completed, Some(result))
}

pub(crate) fn finish(id: i32, status: OrchestrationStatus, result: Option<&str>) -> WorkflowAction {
    action(
        id,
        WorkflowActionType::CompleteWorkflow(pb::CompleteWorkflowAction {
            workflow_status: status as i32,
            result: result.map(Into::into),
            ..pb::CompleteWorkflowAction::default()
        }),
    )
}

pub(crate) fn fail(id: i32, message: &str) -> WorkflowAction {
    action(
        id,
        WorkflowActionType::CompleteWorkflow(pb::CompleteWorkflowAction {
            workflow_status: OrchestrationStatus::Failed as i32,
            failure_details: Some(failure(message)),
            ..pb::CompleteWorkflowAction::default()
        }),
    )
}

pub(crate) fn continue_as_new(id: i32, input: &str, carryover: Vec<HistoryEvent>) -> WorkflowAction {
    action(
        id,
        WorkflowActionType::CompleteWorkflow(pb::CompleteWorkflowAction {
            workflow_status: OrchestrationStatus::ContinuedAsNew as i32,
            result: Some(input.into()),
            carryover_events: carryover,
            ..pb::CompleteWorkflowAction::default()
        }),
    )
}

pub(crate) fn version_not_available(id: i32) -> WorkflowAction {
    let kind = WorkflowActionType::WorkflowVersionNotAvailable(pb::WorkflowVersionNotAvailableAction {});
    action(id, kind)
}

pub(crate) fn failure(message: &str) -> pb::TaskFailureDetails {
    pb::TaskFailureDetails {
        error_type: "TestError".into(),
        error_message: message.into(),
        ..pb::TaskFailureDetails::default()
    }
}

pub(crate) fn decode(events: &[bytes::Bytes]) -> Vec<HistoryEvent> {
    events.iter().map(|event| HistoryEvent::decode(event.clone()).unwrap()).collect()
}

/// One word an event, in the manner of the reference histories: its kind, and the id it records or resolves.
pub(crate) fn words(events: &[HistoryEvent]) -> Vec<String> {
    events.iter().map(word).collect()
}

fn word(event: &HistoryEvent) -> String {
    let id = event.event_id;
    match event.event_type.as_ref().unwrap() {
        EventType::WorkflowStarted(_) => "turn".into(),
        EventType::ExecutionStarted(start) => {
            format!("start {}", start.input.as_deref().unwrap_or("-"))
        }
        EventType::ExecutionCompleted(done) => {
            format!("end({id}) {:?} {}", done.workflow_status(), done.result.as_deref().unwrap_or("-"))
        }
        EventType::ExecutionTerminated(_) => "terminate".into(),
        EventType::ExecutionSuspended(_) => "suspend".into(),
        EventType::ExecutionResumed(_) => "resume".into(),
        EventType::ExecutionStalled(stall) => {
            format!("stall {}", stall.description.as_deref().unwrap_or("-"))
        }
        EventType::TaskScheduled(task) => format!("task({id}) {}", task.name),
        EventType::TaskCompleted(done) => {
            format!("done({}) {}", done.task_scheduled_id, done.result.as_deref().unwrap_or("-"))
        }
        EventType::TaskFailed(done) => format!(
            "failed({}) {}",
            done.task_scheduled_id,
            done.failure_details.as_ref().map_or("-", |failure| &failure.error_type)
        ),
        EventType::TimerCreated(_) => format!("timer({id})"),
        EventType::TimerFired(fired) => format!("fired({})", fired.timer_id),
        EventType::ChildWorkflowInstanceCreated(child) => format!("child({id}) {}", child.instance_id),
        EventType::ChildWorkflowInstanceCompleted(done) => {
            format!("child done({}) {}", done.task_scheduled_id, done.result.as_deref().unwrap_or("-"))
        }
        EventType::ChildWorkflowInstanceFailed(done) => format!(
            "child failed({}) {}",
            done.task_scheduled_id,
            done.failure_details.as_ref().map_or("-", |failure| &failure.error_type)
        ),
        EventType::DetachedWorkflowInstanceCreated(detached) => {
            format!("detached({id}) {}", detached.instance_id)
        }
        EventType::EventRaised(raised) => {
            format!("raised {} {}", raised.name, raised.input.as_deref().unwrap_or("-"))
        }
        EventType::EventSent(sent) => format!("sent({id}) {}", sent.instance_id),
        other => format!("{other:?}"),
    }
}
