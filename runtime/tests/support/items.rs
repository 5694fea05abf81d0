//! Work items for the scripted sidecar to hand out.

use dacapo_proto::pb;
use prost::Message as _;

/// A turn whose new events are these, after a WorkflowStarted.
pub fn turn(instance_id: &str, new: Vec<pb::HistoryEvent>) -> pb::WorkflowRequest {
    let started =
        event(-1, pb::history_event::EventType::WorkflowStarted(pb::WorkflowStartedEvent::default()));
    let new_events = std::iter::once(started).chain(new).collect();
    pb::WorkflowRequest { instance_id: instance_id.to_owned(), new_events, ..Default::default() }
}

/// The first turn of an instance.
pub fn first_turn(instance_id: &str, workflow: &str, input: Option<&str>) -> pb::WorkflowRequest {
    turn(instance_id, vec![execution_started(instance_id, workflow, input)])
}

/// A turn of an instance whose first turn is history.
pub fn second_turn(instance_id: &str, workflow: &str, input: Option<&str>) -> pb::WorkflowRequest {
    let past = first_turn(instance_id, workflow, input).new_events;
    let past_events = past.iter().map(|event| event.encode_to_vec().into()).collect();
    pb::WorkflowRequest { past_events, ..turn(instance_id, Vec::new()) }
}

pub fn execution_started(instance_id: &str, workflow: &str, input: Option<&str>) -> pb::HistoryEvent {
    let instance = pb::WorkflowInstance {
        instance_id: instance_id.to_owned(),
        execution_id: Some(format!("execution of {instance_id}")),
    };
    let started = pb::ExecutionStartedEvent {
        name: workflow.to_owned(),
        input: input.map(str::to_owned),
        workflow_instance: Some(instance),
        ..Default::default()
    };
    event(-1, pb::history_event::EventType::ExecutionStarted(started))
}

pub fn event(event_id: i32, event_type: pb::history_event::EventType) -> pb::HistoryEvent {
    let timestamp = dacapo_proto::encode::timestamp(dacapo_engine::Timestamp::new(1_700_000_000, 0));
    pb::HistoryEvent { event_id, timestamp: Some(timestamp), router: None, event_type: Some(event_type) }
}

pub fn workflow_item(request: pb::WorkflowRequest, token: &str) -> pb::WorkItem {
    pb::WorkItem {
        request: Some(pb::work_item::Request::WorkflowRequest(request)),
        completion_token: token.to_owned(),
    }
}

pub fn activity_item(name: &str, input: Option<&str>, task_id: i32, token: &str) -> pb::WorkItem {
    let request = pb::ActivityRequest {
        name: name.to_owned(),
        input: input.map(str::to_owned),
        workflow_instance: Some(pb::WorkflowInstance { instance_id: "a-1".to_owned(), execution_id: None }),
        task_id,
        task_execution_id: format!("execution {task_id}"),
        ..Default::default()
    };
    pb::WorkItem {
        request: Some(pb::work_item::Request::ActivityRequest(request)),
        completion_token: token.to_owned(),
    }
}
