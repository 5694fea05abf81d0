//! Dapr's workflow management calls: nothing here waits for a turn.
//! See docs/protocol.md, "Workflow API".

use std::collections::BTreeMap;
use std::sync::Arc;

use dacapo_proto::dapr::runtime::v1 as dapr;
use dacapo_proto::pb::{self, OrchestrationStatus, purge_instances_request};
use prost_types::Timestamp;
use tonic::{Code, Status};

use super::status::unexpected_reply;
use crate::core::{Command, Rejection, Reply};
use crate::service::Service;

type App = Arc<str>;

/// The longest id that this API accepts for a new instance.
const ID_BYTES_MAX: usize = 64;

pub(super) async fn start(
    service: &Service,
    app: &App,
    request: dapr::StartWorkflowRequest,
) -> Result<dapr::StartWorkflowResponse, Status> {
    let name = request.workflow_name;
    if name.is_empty() {
        return Err(Status::invalid_argument("workflow name is not configured"));
    }
    check_new_id(&request.instance_id)?;
    let failed = |reason: String| Status::internal(format!("error starting workflow '{name}': {reason}"));
    let input = String::from_utf8(request.input).map_err(|error| failed(error.to_string()))?;
    let start_time = request.options.get("dapr.workflow.start_time");
    let start_time = start_time.map(|text| text.parse::<Timestamp>().map_err(|_| text)).transpose();
    let start_time = start_time
        .map_err(|text| failed(format!("dapr.workflow.start_time '{text}' is not an RFC 3339 time")))?;
    let create = pb::CreateInstanceRequest {
        instance_id: request.instance_id,
        name: name.clone(),
        input: Some(input),
        scheduled_start_timestamp: start_time,
        ..pb::CreateInstanceRequest::default()
    };
    match call(service, app, Command::Start(create)).await {
        Ok(Reply::Started(started)) => Ok(dapr::StartWorkflowResponse { instance_id: started.instance_id }),
        Ok(_) => Err(unexpected_reply()),
        Err(rejection) => Err(failed(rejection.message)),
    }
}

pub(super) async fn get(
    service: &Service,
    app: &App,
    request: dapr::GetWorkflowRequest,
) -> Result<dapr::GetWorkflowResponse, Status> {
    let instance_id = given(request.instance_id)?;
    let get = pb::GetInstanceRequest {
        instance_id: instance_id.clone(),
        get_inputs_and_outputs: true,
        router: None,
    };
    match call(service, app, Command::Get(get)).await {
        Ok(Reply::Instance(instance)) => Ok(match instance.workflow_state {
            Some(state) => workflow(state),
            None => dapr::GetWorkflowResponse { instance_id, ..dapr::GetWorkflowResponse::default() },
        }),
        Ok(_) => Err(unexpected_reply()),
        Err(rejection) => {
            let message = rejection.message;
            Err(Status::internal(format!(
                "error while getting workflow info on instance '{instance_id}': {message}"
            )))
        }
    }
}

pub(super) async fn purge(
    service: &Service,
    app: &App,
    request: dapr::PurgeWorkflowRequest,
) -> Result<(), Status> {
    let id = given(request.instance_id)?;
    let purge = pb::PurgeInstancesRequest {
        recursive: true,
        request: Some(purge_instances_request::Request::InstanceId(id.clone())),
        ..pb::PurgeInstancesRequest::default()
    };
    let answer = call(service, app, Command::Purge(purge)).await;
    answer.map(drop).map_err(|rejection| missing_or(&id, rejection, "purging workflow", &id))
}

pub(super) async fn terminate(
    service: &Service,
    app: &App,
    request: dapr::TerminateWorkflowRequest,
) -> Result<(), Status> {
    let id = given(request.instance_id)?;
    let terminate =
        pb::TerminateRequest { instance_id: id.clone(), output: None, recursive: true, router: None };
    let answer = call(service, app, Command::Terminate(terminate)).await;
    let quoted = format!("'{id}'");
    answer.map(drop).map_err(|rejection| missing_or(&id, rejection, "terminating workflow", &quoted))
}

pub(super) async fn pause(
    service: &Service,
    app: &App,
    request: dapr::PauseWorkflowRequest,
) -> Result<(), Status> {
    let id = given(request.instance_id)?;
    let suspend = pb::SuspendRequest { instance_id: id.clone(), reason: None, router: None };
    let answer = call(service, app, Command::Suspend(suspend)).await;
    answer.map(drop).map_err(|rejection| failed("pausing workflow", &id, rejection))
}

pub(super) async fn resume(
    service: &Service,
    app: &App,
    request: dapr::ResumeWorkflowRequest,
) -> Result<(), Status> {
    let id = given(request.instance_id)?;
    let resume = pb::ResumeRequest { instance_id: id.clone(), reason: None, router: None };
    let answer = call(service, app, Command::Resume(resume)).await;
    answer.map(drop).map_err(|rejection| failed("resuming workflow", &id, rejection))
}

pub(super) async fn raise(
    service: &Service,
    app: &App,
    request: dapr::RaiseEventWorkflowRequest,
) -> Result<(), Status> {
    let id = given(request.instance_id)?;
    if request.event_name.is_empty() {
        return Err(Status::invalid_argument("missing workflow event name"));
    }
    let input = String::from_utf8(request.event_data).map_err(|_| {
        Status::invalid_argument("the event data is not UTF-8 text, which workflow payloads are")
    })?;
    let raise = pb::RaiseEventRequest {
        instance_id: id.clone(),
        name: request.event_name,
        input: Some(input).filter(|input| !input.is_empty()),
        router: None,
    };
    let quoted = format!("'{id}'");
    let answer = call(service, app, Command::Raise(raise)).await;
    answer.map(drop).map_err(|rejection| failed("raising event on workflow", &quoted, rejection))
}

async fn call(service: &Service, app: &App, command: Command) -> Result<Reply, Rejection> {
    service.call(app, Command::NoWait(Box::new(command))).await
}

fn given(id: String) -> Result<String, Status> {
    if id.is_empty() { Err(Status::invalid_argument("no instance ID was provided")) } else { Ok(id) }
}

fn check_new_id(id: &str) -> Result<(), Status> {
    if id.len() > ID_BYTES_MAX {
        let message = "workflow instance ID exceeds the max length of 64 characters";
        return Err(Status::invalid_argument(message));
    }
    if id.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter)) {
        return Ok(());
    }
    let message = format!(
        "workflow instance ID '{id}' is invalid: only alphanumeric and underscore characters are allowed"
    );
    Err(Status::invalid_argument(message))
}

fn failed(operation: &str, id: &str, rejection: Rejection) -> Status {
    Status::internal(format!("error {operation} {id}: {}", rejection.message))
}

/// The calls that tell a missing instance from other failures.
fn missing_or(id: &str, rejection: Rejection, operation: &str, shown: &str) -> Status {
    if rejection.message.ends_with("no such instance exists") {
        let message = format!("unable to find workflow with the provided instance ID: {id}");
        return Status::new(Code::NotFound, message);
    }
    failed(operation, shown, rejection)
}

fn workflow(state: pb::WorkflowState) -> dapr::GetWorkflowResponse {
    let runtime_status = status_name(state.workflow_status()).to_owned();
    let mut properties = BTreeMap::new();
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            properties.insert(format!("dapr.workflow.{name}"), value);
        }
    };
    add("input", state.input);
    add("custom_status", state.custom_status);
    match state.failure_details {
        Some(failure) => {
            add("failure.error_type", Some(failure.error_type));
            add("failure.error_message", Some(failure.error_message));
            add("failure.stack_trace", failure.stack_trace);
        }
        None => add("output", state.output),
    }
    dapr::GetWorkflowResponse {
        instance_id: state.instance_id,
        workflow_name: state.name,
        created_at: state.created_timestamp,
        last_updated_at: state.last_updated_timestamp,
        runtime_status,
        properties,
    }
}

fn status_name(status: OrchestrationStatus) -> &'static str {
    match status {
        OrchestrationStatus::Running => "RUNNING",
        OrchestrationStatus::Completed => "COMPLETED",
        OrchestrationStatus::ContinuedAsNew => "CONTINUED_AS_NEW",
        OrchestrationStatus::Failed => "FAILED",
        OrchestrationStatus::Canceled => "CANCELED",
        OrchestrationStatus::Terminated => "TERMINATED",
        OrchestrationStatus::Pending => "PENDING",
        OrchestrationStatus::Suspended => "SUSPENDED",
        OrchestrationStatus::Stalled => "UNKNOWN",
    }
}
