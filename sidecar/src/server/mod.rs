//! The gRPC services on a TCP port.

mod dapr;
mod routes;
mod status;
mod taskhub;
mod workflows;

use std::sync::Arc;
use std::time::Duration;

use dacapo_proto::dapr::runtime::v1::dapr_server::DaprServer;
use dacapo_proto::pb::task_hub_sidecar_service_server::TaskHubSidecarServiceServer;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use crate::service::Service;
use dapr::Dapr;
use routes::Routes;
use taskhub::TaskHub;

/// A connection that is silent for this long is asked whether it is still there: the work of a worker whose
/// machine has gone away must not wait for ever.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// What is served.
pub(crate) struct Served {
    pub(crate) service: Service,
    pub(crate) app: Arc<str>,
    /// The largest message that a client or worker may send.
    pub(crate) message_bytes_max: usize,
}

/// Serves an app until `stop` is cancelled and the open calls have ended.
pub(crate) async fn serve(
    listener: TcpListener,
    served: Served,
    stop: CancellationToken,
) -> Result<(), tonic::transport::Error> {
    let Served { service, app, message_bytes_max } = served;
    let taskhub = TaskHubSidecarServiceServer::new(TaskHub { service: service.clone(), app: app.clone() })
        .max_decoding_message_size(message_bytes_max)
        .max_encoding_message_size(usize::MAX);
    let dapr = DaprServer::new(Dapr { service, app })
        .max_decoding_message_size(message_bytes_max)
        .max_encoding_message_size(usize::MAX);
    Server::builder()
        .http2_keepalive_interval(Some(KEEPALIVE))
        .http2_keepalive_timeout(Some(KEEPALIVE))
        // A client may wait for any number of instances on the connection that its worker answers on.
        .max_concurrent_streams(u32::MAX)
        .initial_stream_window_size(1024 * 1024)
        .initial_connection_window_size(4 * 1024 * 1024)
        .serve_with_incoming_shutdown(
            Routes { taskhub, dapr },
            TcpIncoming::from(listener).with_nodelay(Some(true)),
            stop.cancelled_owned(),
        )
        .await
}
