//! The gRPC services and the HTTP API on TCP ports.

mod apps;
mod connection;
mod dapr;
mod deadline;
mod fault;
mod http;
mod metadata;
mod routes;
mod state;
mod status;
mod taskhub;
mod token;
mod workflows;

use dacapo_proto::dapr::runtime::v1::dapr_server::DaprServer;
use dacapo_proto::pb::task_hub_sidecar_service_server::TaskHubSidecarServiceServer;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub(crate) use apps::Apps;
pub(crate) use token::Token;

use crate::service::Service;
use dapr::Dapr;
use routes::Routes;
use taskhub::TaskHub;

/// What is served on a port.
#[derive(Clone)]
pub(crate) struct Served {
    pub(crate) service: Service,
    pub(crate) apps: Apps,
    pub(crate) token: Token,
    /// The largest message that a client or worker may send.
    pub(crate) message_bytes_max: usize,
}

/// Serves a port until `stop` is cancelled and the open calls have ended.
pub(crate) async fn serve(listener: TcpListener, served: Served, stop: CancellationToken) {
    let Served { service, apps, token, message_bytes_max } = served;
    let taskhub = TaskHub { service: service.clone(), apps: apps.clone() };
    let dapr = Dapr { service, apps: apps.clone() };
    let http = http::router(dapr.clone(), message_bytes_max);
    let taskhub = TaskHubSidecarServiceServer::new(taskhub)
        .max_decoding_message_size(message_bytes_max)
        .max_encoding_message_size(usize::MAX);
    let dapr = DaprServer::new(dapr)
        .max_decoding_message_size(message_bytes_max)
        .max_encoding_message_size(usize::MAX);
    connection::serve(listener, Routes { taskhub, dapr, http, apps, token }, stop).await;
}
