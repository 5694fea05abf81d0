//! Dapr's workflow management calls, for gRPC and HTTP: nothing here waits for a turn.
//! See docs/protocol.md, "Workflow API".

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use dacapo_proto::dapr::runtime::v1 as dapr;
use dacapo_proto::pb::{self, OrchestrationStatus, purge_instances_request};
use prost_types::Timestamp;
use tonic::{Code, Request};

use super::apps::{Addressed, Apps};
use super::fault::Fault;
use crate::core::{Command, Rejection, Reply};
use crate::service::Service;

type App = Arc<str>;

/// The longest id that this API accepts for a new instance.
const ID_BYTES_MAX: usize = 64;

macro_rules! addressed {
    ($($message:ident)*) => {
        $(impl Addressed for dapr::$message {
            fn app(&self) -> Option<&str> {
                self.app_id.as_deref()
            }
        })*
    };
}

addressed! {
    StartWorkflowRequest GetWorkflowRequest PurgeWorkflowRequest TerminateWorkflowRequest PauseWorkflowRequest
    ResumeWorkflowRequest RaiseEventWorkflowRequest
}

/// The app of a request, and its message.
pub(super) fn address<M: Addressed>(apps: &Apps, request: Request<M>) -> Result<(App, M), Fault> {
    if let Some(app) = request.get_ref().app() {
        check_app_id(app)?;
    }
    apps.address(request).map_err(|refusal| Fault::refused(APP_ID_INVALID, &refusal))
}

pub(super) const APP_ID_INVALID: &str = "ERR_WORKFLOW_APP_ID_INVALID";

fn check_app_id(app: &str) -> Result<(), Fault> {
    if app.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter)) {
        return Ok(());
    }
    let allowed = "only alphanumeric, dash and underscore characters are allowed";
    Err(Fault::bad(APP_ID_INVALID, format!("workflow app ID '{app}' is invalid: {allowed}")))
}

pub(super) async fn start(
    service: &Service,
    app: &App,
    request: dapr::StartWorkflowRequest,
) -> Result<dapr::StartWorkflowResponse, Fault> {
    let name = request.workflow_name;
    if name.is_empty() {
        return Err(Fault::bad("ERR_WORKFLOW_NAME_MISSING", "workflow name is not configured"));
    }
    check_new_id(&request.instance_id)?;
    let failed = |reason: String| {
        Fault::failed("ERR_START_WORKFLOW", format!("error starting workflow '{name}': {reason}"))
    };
    let input = String::from_utf8(request.input).map_err(|error| failed(error.to_string()))?;
    let start_time = request.options.get("dapr.workflow.start_time");
    let start_time = start_time.map(|text| text.parse::<Timestamp>()).transpose();
    let start_time = start_time.map_err(|_| {
        failed("start times must be in RFC3339 format (e.g. \"2009-11-10T23:00:00Z\")".to_owned())
    })?;
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

/// The state of an instance; `None` when there is no such instance.
pub(super) async fn get(
    service: &Service,
    app: &App,
    request: dapr::GetWorkflowRequest,
) -> Result<Option<dapr::GetWorkflowResponse>, Fault> {
    let instance_id = given(request.instance_id)?;
    let get = pb::GetInstanceRequest {
        instance_id: instance_id.clone(),
        get_inputs_and_outputs: true,
        router: None,
    };
    match call(service, app, Command::Get(get)).await {
        Ok(Reply::Instance(instance)) => Ok(instance.workflow_state.map(workflow)),
        Ok(_) => Err(unexpected_reply()),
        Err(rejection) => {
            let doing = format!("error while getting workflow info on instance '{instance_id}'");
            Err(Fault::failed("ERR_GET_WORKFLOW", format!("{doing}: {}", rejection.message)))
        }
    }
}

pub(super) async fn purge(
    service: &Service,
    app: &App,
    request: dapr::PurgeWorkflowRequest,
) -> Result<(), Fault> {
    let id = given(request.instance_id)?;
    let purge = pb::PurgeInstancesRequest {
        recursive: true,
        request: Some(purge_instances_request::Request::InstanceId(id.clone())),
        ..pb::PurgeInstancesRequest::default()
    };
    let answer = call(service, app, Command::Purge(purge)).await;
    answer.map(drop).map_err(|rejection| {
        let doing = format!("error purging workflow {id}");
        missing_or(&id, "ERR_PURGE_WORKFLOW", &doing, &rejection)
    })
}

pub(super) async fn terminate(
    service: &Service,
    app: &App,
    request: dapr::TerminateWorkflowRequest,
) -> Result<(), Fault> {
    let id = given(request.instance_id)?;
    let terminate =
        pb::TerminateRequest { instance_id: id.clone(), output: None, recursive: true, router: None };
    let answer = call(service, app, Command::Terminate(terminate)).await;
    answer.map(drop).map_err(|rejection| {
        let doing = format!("error terminating workflow '{id}'");
        missing_or(&id, "ERR_TERMINATE_WORKFLOW", &doing, &rejection)
    })
}

pub(super) async fn pause(
    service: &Service,
    app: &App,
    request: dapr::PauseWorkflowRequest,
) -> Result<(), Fault> {
    let id = given(request.instance_id)?;
    let suspend = pb::SuspendRequest { instance_id: id.clone(), reason: None, router: None };
    let answer = call(service, app, Command::Suspend(suspend)).await;
    let doing = format!("error pausing workflow {id}");
    answer.map(drop).map_err(|rejection| failed("ERR_PAUSE_WORKFLOW", &doing, &rejection))
}

pub(super) async fn resume(
    service: &Service,
    app: &App,
    request: dapr::ResumeWorkflowRequest,
) -> Result<(), Fault> {
    let id = given(request.instance_id)?;
    let resume = pb::ResumeRequest { instance_id: id.clone(), reason: None, router: None };
    let answer = call(service, app, Command::Resume(resume)).await;
    let doing = format!("error resuming workflow {id}");
    answer.map(drop).map_err(|rejection| failed("ERR_RESUME_WORKFLOW", &doing, &rejection))
}

pub(super) async fn raise(
    service: &Service,
    app: &App,
    request: dapr::RaiseEventWorkflowRequest,
) -> Result<(), Fault> {
    let id = given(request.instance_id)?;
    if request.event_name.is_empty() {
        return Err(Fault::bad("ERR_WORKFLOW_EVENT_NAME_MISSING", "missing workflow event name"));
    }
    let input = String::from_utf8(request.event_data).map_err(|_| {
        Fault::malformed("the event data is not UTF-8 text, which workflow payloads are; encode it as JSON")
    })?;
    let raise = pb::RaiseEventRequest {
        instance_id: id.clone(),
        name: request.event_name,
        input: Some(input).filter(|input| !input.is_empty()),
        router: None,
    };
    let answer = call(service, app, Command::Raise(raise)).await;
    let doing = format!("error raising event on workflow '{id}'");
    answer.map(drop).map_err(|rejection| failed("ERR_RAISE_EVENT_WORKFLOW", &doing, &rejection))
}

async fn call(service: &Service, app: &App, command: Command) -> Result<Reply, Rejection> {
    service.call(app, Command::NoWait(Box::new(command))).await
}

fn unexpected_reply() -> Fault {
    Fault::failed("ERR_INTERNAL", super::status::unexpected_reply().message())
}

fn given(id: String) -> Result<String, Fault> {
    if id.is_empty() {
        return Err(Fault::bad("ERR_INSTANCE_ID_PROVIDED_MISSING", "no instance ID was provided"));
    }
    Ok(id)
}

fn check_new_id(id: &str) -> Result<(), Fault> {
    if id.len() > ID_BYTES_MAX {
        let message = "workflow instance ID exceeds the max length of 64 characters";
        return Err(Fault::bad("ERR_INSTANCE_ID_TOO_LONG", message));
    }
    if id.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter)) {
        return Ok(());
    }
    let message = format!(
        "workflow instance ID '{id}' is invalid: only alphanumeric and underscore characters are allowed"
    );
    Err(Fault::bad("ERR_INSTANCE_ID_INVALID", message))
}

fn failed(name: &'static str, doing: &str, rejection: &Rejection) -> Fault {
    Fault::failed(name, format!("{doing}: {}", rejection.message))
}

/// The calls that tell a missing instance from other failures.
fn missing_or(id: &str, name: &'static str, doing: &str, rejection: &Rejection) -> Fault {
    if rejection.message.ends_with("no such instance exists") {
        missing(id)
    } else {
        failed(name, doing, rejection)
    }
}

/// There is no such instance.
pub(super) fn missing(id: &str) -> Fault {
    Fault {
        name: "ERR_INSTANCE_ID_NOT_FOUND",
        http: StatusCode::NOT_FOUND,
        code: Code::NotFound,
        message: format!("unable to find workflow with the provided instance ID: {id}"),
    }
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
