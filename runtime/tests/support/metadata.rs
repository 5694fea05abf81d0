//! The one call of Dapr's general API that workers and clients make: what the sidecar says of itself.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;

use dacapo_proto::dapr::runtime::v1::{GetMetadataRequest, GetMetadataResponse};
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Context, Poll, Service, http};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::{Request, Response, Status};

/// Answers with what `release` gives; without that, as a sidecar that has no such API.
#[derive(Clone)]
pub struct Metadata {
    pub release: Arc<dyn Fn() -> Option<String> + Send + Sync>,
}

impl NamedService for Metadata {
    const NAME: &'static str = "dapr.proto.runtime.v1.Dapr";
}

impl UnaryService<GetMetadataRequest> for Metadata {
    type Response = GetMetadataResponse;
    type Future = Ready<Result<Response<GetMetadataResponse>, Status>>;

    fn call(&mut self, _: Request<GetMetadataRequest>) -> Self::Future {
        ready(match (self.release)() {
            Some(runtime_version) => {
                Ok(Response::new(GetMetadataResponse { runtime_version, ..Default::default() }))
            }
            None => Err(Status::unimplemented("unknown service")),
        })
    }
}

impl Service<http::Request<Body>> for Metadata {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let service = self.clone();
        Box::pin(
            async move { Ok(Grpc::new(tonic_prost::ProstCodec::default()).unary(service, request).await) },
        )
    }
}
