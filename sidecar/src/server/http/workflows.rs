//! Workflow management over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Extension, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use dacapo_proto::dapr::runtime::v1 as dapr;
use serde_json::{Map, Value, json};

use super::{Answer, Parameters, whole};
use crate::server::apps::{Addressed, App};
use crate::server::dapr::Dapr;
use crate::server::fault::Fault;
use crate::server::workflows;

type Body = Result<Bytes, BytesRejection>;

pub(super) fn routes() -> Router<Dapr> {
    Router::new()
        .route("/workflows/{component}/{name}/start", post(start))
        .route("/workflows/{component}/{id}", get(describe))
        .route("/workflows/{component}/{id}/raiseEvent/{event}", post(raise))
        .route("/workflows/{component}/{id}/raiseEvent/", post(raise_nameless))
        .route("/workflows/{component}/{id}/pause", post(pause))
        .route("/workflows/{component}/{id}/resume", post(resume))
        .route("/workflows/{component}/{id}/terminate", post(terminate))
        .route("/workflows/{component}/{id}/purge", post(purge))
}

/// The app of a request: the one of its header, unless the query names another.
fn address<M: Addressed>(api: &Dapr, app: App, message: M) -> Result<(Arc<str>, M), Fault> {
    let mut request = tonic::Request::new(message);
    request.extensions_mut().insert(app);
    workflows::address(&api.apps, request)
}

fn app_id(query: &Parameters) -> Option<String> {
    query.get("appID").cloned()
}

async fn start(
    State(api): State<Dapr>,
    Extension(app): Extension<App>,
    Path((workflow_component, workflow_name)): Path<(String, String)>,
    Query(query): Query<Parameters>,
    body: Body,
) -> Answer {
    let request = dapr::StartWorkflowRequest {
        instance_id: query.get("instanceID").cloned().unwrap_or_default(),
        workflow_component,
        workflow_name,
        input: whole(body)?.into(),
        options: query.iter().filter(|(name, _)| name.as_str() == START_TIME).map(owned).collect(),
        app_id: app_id(&query),
    };
    let (app, request) = address(&api, app, request)?;
    let started = workflows::start(&api.service, &app, request).await?;
    Ok((StatusCode::ACCEPTED, super::json(&json!({ "instanceID": started.instance_id }))).into_response())
}

const START_TIME: &str = "dapr.workflow.start_time";

fn owned((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

async fn describe(
    State(api): State<Dapr>,
    Extension(app): Extension<App>,
    Path((workflow_component, id)): Path<(String, String)>,
    Query(query): Query<Parameters>,
) -> Answer {
    let request =
        dapr::GetWorkflowRequest { instance_id: id.clone(), workflow_component, app_id: app_id(&query) };
    let (app, request) = address(&api, app, request)?;
    let found = workflows::get(&api.service, &app, request).await?;
    found.map(|found| super::json(&state(found))).ok_or_else(|| workflows::missing(&id))
}

/// A state without its empty fields.
fn state(found: dapr::GetWorkflowResponse) -> Value {
    let mut state = Map::new();
    state.insert("instanceID".into(), found.instance_id.into());
    if !found.workflow_name.is_empty() {
        state.insert("workflowName".into(), found.workflow_name.into());
    }
    if let Some(created) = found.created_at {
        state.insert("createdAt".into(), created.to_string().into());
    }
    if let Some(updated) = found.last_updated_at {
        state.insert("lastUpdatedAt".into(), updated.to_string().into());
    }
    state.insert("runtimeStatus".into(), found.runtime_status.into());
    if !found.properties.is_empty() {
        state.insert("properties".into(), json!(found.properties));
    }
    Value::Object(state)
}

async fn raise(
    State(api): State<Dapr>,
    Extension(app): Extension<App>,
    Path((workflow_component, instance_id, event_name)): Path<(String, String, String)>,
    Query(query): Query<Parameters>,
    body: Body,
) -> Answer {
    let request = dapr::RaiseEventWorkflowRequest {
        instance_id,
        workflow_component,
        event_name,
        event_data: whole(body)?.into(),
        app_id: app_id(&query),
    };
    let (app, request) = address(&api, app, request)?;
    workflows::raise(&api.service, &app, request).await?;
    Ok((StatusCode::ACCEPTED, super::json(&json!({}))).into_response())
}

async fn raise_nameless() -> Fault {
    Fault::bad("ERR_WORKFLOW_EVENT_NAME_MISSING", "missing workflow event name")
}

/// The handlers of requests whose body says nothing.
macro_rules! order {
    ($name:ident, $message:ident) => {
        async fn $name(
            State(api): State<Dapr>,
            Extension(app): Extension<App>,
            Path((workflow_component, instance_id)): Path<(String, String)>,
            Query(query): Query<Parameters>,
            body: Body,
        ) -> Answer {
            check_nothing(&whole(body)?)?;
            let request = dapr::$message { instance_id, workflow_component, app_id: app_id(&query) };
            let (app, request) = address(&api, app, request)?;
            workflows::$name(&api.service, &app, request).await?;
            Ok(accepted())
        }
    };
}

order!(pause, PauseWorkflowRequest);
order!(resume, ResumeWorkflowRequest);
order!(terminate, TerminateWorkflowRequest);
order!(purge, PurgeWorkflowRequest);

fn accepted() -> Response {
    (StatusCode::ACCEPTED, super::json(&json!({}))).into_response()
}

/// Accepts no body, or a JSON object.
fn check_nothing(body: &[u8]) -> Result<(), Fault> {
    if body.trim_ascii().is_empty() {
        return Ok(());
    }
    match serde_json::from_slice::<Map<String, Value>>(body) {
        Ok(_) => Ok(()),
        Err(error) => Err(Fault::malformed(format!(
            "failed deserializing HTTP body: {error}; send no body, or a JSON object"
        ))),
    }
}
