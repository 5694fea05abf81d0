//! What the sidecar tells about itself.

use std::sync::Arc;

use dacapo_proto::dapr::runtime::v1 as dapr;

use crate::service::Service;

/// The release, in the words by which workers know this sidecar.
pub(super) fn release() -> String {
    format!("dacapo-sidecar {}", env!("CARGO_PKG_VERSION"))
}

pub(super) async fn of(service: &Service, app: &Arc<str>) -> dapr::GetMetadataResponse {
    let workers = service.workers(app).await;
    let workflows = dapr::MetadataWorkflows { connected_workers: i32::try_from(workers).unwrap_or(i32::MAX) };
    dapr::GetMetadataResponse {
        id: app.to_string(),
        extended_metadata: [("daprRuntimeVersion".to_owned(), release())].into(),
        runtime_version: release(),
        workflows: Some(workflows),
        ..dapr::GetMetadataResponse::default()
    }
}
