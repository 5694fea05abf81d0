//! A running sidecar.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::SidecarBuilder;
use crate::service::{Service, Thread};

/// How long open calls may take to end once the sidecar has said that it shuts down.
const CALLS_END_WITHIN: Duration = Duration::from_secs(2);

/// A sidecar that serves workflows and state on TCP ports of this machine.
///
/// ```
/// use dacapo_sidecar::Sidecar;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), dacapo_sidecar::SidecarError> {
/// let sidecar = Sidecar::builder().in_memory().start().await?;
/// assert!(sidecar.endpoint().starts_with("http://127.0.0.1:"));
/// sidecar.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Sidecar {
    addresses: Addresses,
    running: Option<Running>,
}

/// Where a sidecar listens.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    pub(crate) main: SocketAddr,
    pub(crate) http: Option<SocketAddr>,
    /// The apps with a port of their own.
    pub(crate) apps: BTreeMap<String, SocketAddr>,
}

pub(crate) struct Running {
    pub(crate) service: Service,
    pub(crate) thread: Thread,
    pub(crate) servers: TaskTracker,
    pub(crate) stop: CancellationToken,
    pub(crate) grace: Duration,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Running").field("grace", &self.grace).finish_non_exhaustive()
    }
}

impl Sidecar {
    /// A sidecar in memory on a free port of the loopback address, until told otherwise.
    pub fn builder() -> SidecarBuilder {
        SidecarBuilder::default()
    }

    pub(crate) fn new(addresses: Addresses, running: Running) -> Self {
        Self { addresses, running: Some(running) }
    }

    /// The address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.addresses.main
    }

    /// The address as `DAPR_GRPC_ENDPOINT` takes it, such as `http://127.0.0.1:50001`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.addresses.main)
    }

    /// The address as `DAPR_HTTP_ENDPOINT` takes it: of the port that was asked for as such, else of the main one.
    #[must_use]
    pub fn http_endpoint(&self) -> String {
        format!("http://{}", self.addresses.http.unwrap_or(self.addresses.main))
    }

    /// The address of an app that has a port of its own.
    #[must_use]
    pub fn endpoint_of(&self, app_id: &str) -> Option<String> {
        self.addresses.apps.get(app_id).map(|address| format!("http://{address}"))
    }

    /// Stops giving out work, waits for the answers to what is out, ends all calls and closes the database.
    /// What was not answered is given out again by the next sidecar on the same database.
    pub async fn shutdown(mut self) {
        let Some(running) = self.running.take() else { return };
        running.service.shut_down(running.grace);
        running.thread.ended().await;
        running.stop.cancel();
        if tokio::time::timeout(CALLS_END_WITHIN, running.servers.wait()).await.is_err() {
            tracing::debug!("calls that did not end are left to the runtime");
        }
    }
}

impl Drop for Sidecar {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.service.shut_down(Duration::ZERO);
            running.stop.cancel();
            // The file is free when this returns; nothing is waited for but the current transaction.
            running.thread.join();
        }
    }
}
