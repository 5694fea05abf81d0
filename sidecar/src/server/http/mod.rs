//! Dapr's HTTP API, as far as this sidecar has it.
//! See docs/protocol.md, "HTTP API".

mod state;
mod workflows;

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Extension, OriginalUri, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tonic::{Code, Status};

use super::apps::App;
use super::dapr::Dapr;
use super::fault::Fault;
use super::{metadata, workflows::APP_ID_INVALID};

/// The answer of a handler.
type Answer = Result<Response, Fault>;
type Parameters = BTreeMap<String, String>;

/// The HTTP API of all apps.
pub(super) fn router(api: Dapr, body_bytes_max: usize) -> Router {
    let general = Router::new()
        .route("/healthz", get(healthy))
        .route("/healthz/outbound", get(healthy))
        .route("/metadata", get(describe))
        .merge(state::routes())
        .merge(workflows::routes());
    Router::new()
        .nest("/v1.0", general)
        .nest("/v1.0-beta1", workflows::routes())
        .nest("/v1.0-alpha1", workflows::routes())
        .fallback(not_served)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(body_bytes_max))
        .with_state(api)
}

/// Whether a path needs no token: who asks for health is a machine that has none.
pub(super) fn is_open_to_all(path: &str) -> bool {
    matches!(path, "/v1.0/healthz" | "/v1.0/healthz/outbound")
}

/// The refusal of a request without the right token.
pub(super) fn unauthorized(refusal: &Status) -> Response {
    let (code, message) = (Code::Unauthenticated, refusal.message().to_owned());
    Fault { name: "ERR_API_TOKEN", http: StatusCode::UNAUTHORIZED, code, message }.into_response()
}

/// The refusal of a request for an app that is not served.
pub(super) fn wrong_app(refusal: &Status) -> Fault {
    Fault::refused(APP_ID_INVALID, refusal)
}

/// The answer to a request whose body does not come.
pub(super) fn too_slow() -> Fault {
    let message = "the body of the request did not arrive in time; send it in one go".into();
    let (http, code) = (StatusCode::REQUEST_TIMEOUT, Code::DeadlineExceeded);
    Fault { name: "ERR_MALFORMED_REQUEST", http, code, message }
}

async fn healthy() -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn describe(State(api): State<Dapr>, Extension(App(app)): Extension<App>) -> Response {
    let about = metadata::of(&api.service, &app).await;
    let workers = about.workflows.map_or(0, |workflows| workflows.connected_workers);
    json(&serde_json::json!({
        "id": about.id,
        "runtimeVersion": about.runtime_version,
        "enabledFeatures": about.enabled_features,
        "extended": about.extended_metadata,
        "workflows": { "connectedWorkers": workers },
    }))
}

async fn not_served(OriginalUri(uri): OriginalUri) -> Fault {
    let path = uri.path();
    let message = format!(
        "{path} is not served by dacapo-sidecar, which has workflows, state, metadata and health; \
         run Dapr for everything else"
    );
    let (http, code) = (StatusCode::NOT_IMPLEMENTED, Code::Unimplemented);
    Fault { name: "ERR_NOT_IMPLEMENTED", http, code, message }
}

async fn wrong_method(method: Method, OriginalUri(uri): OriginalUri) -> Fault {
    let message =
        format!("{} is not answered to {method}; see the HTTP API of Dapr for its method", uri.path());
    let (http, code) = (StatusCode::METHOD_NOT_ALLOWED, Code::Unimplemented);
    Fault { name: "ERR_METHOD_NOT_ALLOWED", http, code, message }
}

fn json(value: &serde_json::Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

/// The body of a request, unless it was too large or broke off.
fn whole(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Fault> {
    body.map_err(|rejection| Fault {
        name: "ERR_MALFORMED_REQUEST",
        http: rejection.status(),
        code: Code::InvalidArgument,
        message: rejection.body_text(),
    })
}
