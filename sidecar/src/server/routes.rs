//! Which service a request is for.

use std::convert::Infallible;
use std::task::{Context, Poll};

use dacapo_proto::dapr::runtime::v1::dapr_server::DaprServer;
use dacapo_proto::pb::task_hub_sidecar_service_server::TaskHubSidecarServiceServer;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::{Code, Status};

use super::dapr::Dapr;
use super::taskhub::TaskHub;

/// Both services behind one port.
#[derive(Clone)]
pub(super) struct Routes {
    pub(super) taskhub: TaskHubSidecarServiceServer<TaskHub>,
    pub(super) dapr: DaprServer<Dapr>,
}

impl Service<http::Request<Body>> for Routes {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let path = request.uri().path();
        let answer = if path.starts_with("/TaskHubSidecarService/") {
            self.taskhub.call(request)
        } else if is_served_by_dapr(path) {
            self.dapr.call(request)
        } else {
            let status = Status::unimplemented(unimplemented(path));
            return Box::pin(async move { Ok(status.into_http()) });
        };
        Box::pin(async move { Ok(in_dapr_words(answer.await?)) })
    }
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
