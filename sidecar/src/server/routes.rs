//! Which service a request is for, and whether it may come in.

use std::convert::Infallible;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::response::IntoResponse as _;
use dacapo_proto::dapr::runtime::v1::dapr_server::DaprServer;
use dacapo_proto::pb::task_hub_sidecar_service_server::TaskHubSidecarServiceServer;
use hyper::body::Incoming;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::{Code, Status};

use super::apps::{App, Apps};
use super::dapr::Dapr;
use super::deadline;
use super::http::{is_open_to_all, too_slow, unauthorized, wrong_app};
use super::taskhub::TaskHub;
use super::token::Token;

/// How long an HTTP request may take: nothing there waits for anything but the rest of its own body.
const HTTP_WITHIN: Duration = Duration::from_secs(60);

/// All services behind one port.
#[derive(Clone)]
pub(super) struct Routes {
    pub(super) taskhub: TaskHubSidecarServiceServer<TaskHub>,
    pub(super) dapr: DaprServer<Dapr>,
    pub(super) http: axum::Router,
    pub(super) apps: Apps,
    pub(super) token: Token,
}

impl Service<http::Request<Incoming>> for Routes {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Incoming>) -> Self::Future {
        if is_grpc(&request) { self.call_grpc(request) } else { self.call_http(request) }
    }
}

impl Routes {
    fn call_grpc(
        &mut self,
        mut request: http::Request<Incoming>,
    ) -> <Self as Service<http::Request<Incoming>>>::Future {
        if let Err(refusal) = self.admit(&mut request) {
            return Box::pin(async move { Ok(refusal.into_http()) });
        }
        let limit = deadline::of(request.headers());
        let request = request.map(Body::new);
        let path = request.uri().path();
        let answer = if path.starts_with("/TaskHubSidecarService/") {
            self.taskhub.call(request)
        } else if is_served_by_dapr(path) {
            self.dapr.call(request)
        } else {
            let status = Status::unimplemented(unimplemented(path));
            return Box::pin(async move { Ok(status.into_http()) });
        };
        Box::pin(async move {
            let Some(limit) = limit else { return Ok(in_dapr_words(answer.await?)) };
            match tokio::time::timeout(limit, answer).await {
                Ok(answer) => Ok(in_dapr_words(answer?)),
                Err(_) => Ok(Status::deadline_exceeded("context deadline exceeded").into_http()),
            }
        })
    }

    fn call_http(
        &mut self,
        mut request: http::Request<Incoming>,
    ) -> <Self as Service<http::Request<Incoming>>>::Future {
        if !is_open_to_all(request.uri().path())
            && let Err(refusal) = self.token.check(request.headers())
        {
            return respond(unauthorized(&refusal));
        }
        match self.apps.of_headers(request.headers()) {
            Ok(app) => request.extensions_mut().insert(App(app)),
            Err(refusal) => return respond(wrong_app(&refusal).into_response()),
        };
        let answer = self.http.call(request);
        Box::pin(async move {
            match tokio::time::timeout(HTTP_WITHIN, answer).await {
                Ok(answer) => Ok(answer?.map(Body::new)),
                Err(_) => Ok(too_slow().into_response().map(Body::new)),
            }
        })
    }

    /// Checks the token, and notes the app that the header names.
    fn admit(&self, request: &mut http::Request<Incoming>) -> Result<(), Status> {
        self.token.check(request.headers())?;
        let app = self.apps.of_headers(request.headers())?;
        request.extensions_mut().insert(App(app));
        Ok(())
    }
}

fn respond(response: axum::response::Response) -> BoxFuture<http::Response<Body>, Infallible> {
    Box::pin(async move { Ok(response.map(Body::new)) })
}

fn is_grpc(request: &http::Request<Incoming>) -> bool {
    let kind = request.headers().get(http::header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}
/// A message over the limit is RESOURCE_EXHAUSTED on Dapr, and clients know it by that.
fn in_dapr_words(response: http::Response<Body>) -> http::Response<Body> {
    let refused = Status::from_header_map(response.headers());
    let too_large = refused.filter(|status| {
        status.code() == Code::OutOfRange && status.message().contains("decoded message length too large")
    });
    let Some(status) = too_large else { return response };
    let numbers: Vec<&str> = status
        .message()
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|number| !number.is_empty())
        .collect();
    let sizes = numbers.join(" vs. ");
    Status::resource_exhausted(format!("grpc: received message larger than max ({sizes})")).into_http()
}

const DAPR: &str = "/dapr.proto.runtime.v1.Dapr/";

/// The methods of Dapr's general service that this sidecar has, without the workflow methods.
const SERVED_BY_DAPR: &[&str] = &[
    "GetState",
    "GetBulkState",
    "SaveState",
    "DeleteState",
    "DeleteBulkState",
    "ExecuteStateTransaction",
    "GetMetadata",
];

/// The workflow methods, each of which exists with the endings `Alpha1` and `Beta1`.
const WORKFLOW_METHODS: &[&str] = &[
    "StartWorkflow",
    "GetWorkflow",
    "PurgeWorkflow",
    "TerminateWorkflow",
    "PauseWorkflow",
    "ResumeWorkflow",
    "RaiseEventWorkflow",
];

fn is_served_by_dapr(path: &str) -> bool {
    let Some(method) = path.strip_prefix(DAPR) else { return false };
    let workflow = method.strip_suffix("Alpha1").or_else(|| method.strip_suffix("Beta1"));
    SERVED_BY_DAPR.contains(&method) || workflow.is_some_and(|method| WORKFLOW_METHODS.contains(&method))
}

fn unimplemented(path: &str) -> String {
    format!(
        "{path} is not served by dacapo-sidecar, which has workflows, state and metadata; \
         run Dapr for everything else"
    )
}
