//! A running sidecar, and what it can be told before it starts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "sqlite")]
use std::path::PathBuf;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::SidecarError;
use crate::core::{Clock, Config, Core, RandomIds, SystemClock};
use crate::server::{self, Served};
use crate::service::{Service, Thread};
#[cfg(feature = "sqlite")]
use crate::store::{Durability, SqliteStore};
use crate::store::{MemoryStore, Store};

/// How long open calls may take to end once the sidecar has said that it shuts down.
const CALLS_END_WITHIN: Duration = Duration::from_secs(2);

/// A sidecar that serves workflows and state on a TCP port of this machine.
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
    address: SocketAddr,
    running: Option<Running>,
}

struct Running {
    service: Service,
    thread: Thread,
    server: JoinHandle<()>,
    stop: CancellationToken,
    grace: Duration,
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

    /// The address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as `DAPR_GRPC_ENDPOINT` takes it, such as `http://127.0.0.1:50001`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops giving out work, waits for the answers to what is out, ends all calls and closes the database.
    /// What was not answered is given out again by the next sidecar on the same database.
    pub async fn shutdown(mut self) {
        let Some(running) = self.running.take() else { return };
        running.service.shut_down(running.grace);
        running.thread.ended().await;
        running.stop.cancel();
        let abort = running.server.abort_handle();
        if tokio::time::timeout(CALLS_END_WITHIN, running.server).await.is_err() {
            abort.abort();
        }
    }
}

impl Drop for Sidecar {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.service.shut_down(Duration::ZERO);
            running.server.abort();
            // The file is free when this returns; nothing is waited for but the current transaction.
            running.thread.join();
        }
    }
}

/// Where a sidecar keeps its rows.
#[derive(Clone, Debug)]
enum Database {
    Memory,
    #[cfg(feature = "sqlite")]
    File(PathBuf),
}

/// What a sidecar can be told before it starts.
#[derive(Clone, Debug)]
#[must_use = "a sidecar starts with `start`"]
pub struct SidecarBuilder {
    host: String,
    port: u16,
    app_id: String,
    database: Database,
    #[cfg(feature = "sqlite")]
    durability: Durability,
    config: Config,
    grace: Duration,
}

impl Default for SidecarBuilder {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".into(),
            port: 0,
            app_id: "dacapo".into(),
            database: Database::Memory,
            #[cfg(feature = "sqlite")]
            durability: Durability::Full,
            config: Config::default(),
            grace: Duration::from_secs(5),
        }
    }
}

impl SidecarBuilder {
    /// The host name or address to listen on; the default is `127.0.0.1`.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = host.into();
        self
    }

    /// The port to listen on; the default is 0, which takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The id of the app whose workflows and state these are; the default is `dacapo`.
    pub fn app_id(mut self, app_id: impl Into<String>) -> Self {
        self.app_id = app_id.into();
        self
    }

    /// Keeps everything in this SQLite file, which is created when there is none.
    #[cfg(feature = "sqlite")]
    pub fn database(mut self, path: impl Into<PathBuf>) -> Self {
        self.database = Database::File(path.into());
        self
    }

    /// Keeps everything in memory, the default: it ends with the sidecar.
    pub fn in_memory(mut self) -> Self {
        self.database = Database::Memory;
        self
    }

    /// What a commit to the file survives; the default is [`Durability::Full`].
    #[cfg(feature = "sqlite")]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// The names of the state stores; the default is `statestore` alone.
    pub fn state_stores(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.config.state_stores = names.into_iter().map(Into::into).collect();
        self
    }

    /// The largest message in bytes, both ways; the default is 64 MiB, while Dapr's own is 4 MiB. An instance
    /// whose next work item is larger stalls.
    pub fn message_bytes_max(mut self, bytes: usize) -> Self {
        self.config.work_item_bytes_max = bytes;
        self
    }

    /// How long a shutdown waits for the answers to what workers have; the default is 5 s.
    pub fn shutdown_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Starts the sidecar.
    ///
    /// # Errors
    /// The port is in use or cannot be opened; the database is in use by another process, belongs to another
    /// program or a newer version, is damaged, or cannot be written.
    pub async fn start(self) -> Result<Sidecar, SidecarError> {
        let listener = listen(&self.host, self.port).await?;
        let address = listener.local_addr().map_err(|source| SidecarError::Listen {
            address: format!("{}:{}", self.host, self.port),
            source,
        })?;
        let store = self.open_store()?;
        let message_bytes_max = self.config.work_item_bytes_max;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let core = Core::new(store, clock.clone(), Box::new(RandomIds), self.config)?;
        let (service, thread) = Service::start(core, clock).map_err(SidecarError::Thread)?;
        let stop = CancellationToken::new();
        let served = Served { service: service.clone(), app: self.app_id.into(), message_bytes_max };
        let serving = server::serve(listener, served, stop.clone());
        let server = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the server ended");
            }
        });
        Ok(Sidecar { address, running: Some(Running { service, thread, server, stop, grace: self.grace }) })
    }

    fn open_store(&self) -> Result<Box<dyn Store>, SidecarError> {
        match &self.database {
            Database::Memory => Ok(Box::new(MemoryStore::new())),
            #[cfg(feature = "sqlite")]
            Database::File(path) => Ok(Box::new(SqliteStore::open(path, self.durability)?)),
        }
    }
}

async fn listen(host: &str, port: u16) -> Result<TcpListener, SidecarError> {
    let failed = |source| SidecarError::Listen { address: format!("{host}:{port}"), source };
    let mut addresses = tokio::net::lookup_host((host, port)).await.map_err(failed)?;
    let none = || std::io::Error::new(std::io::ErrorKind::NotFound, "the host has no address");
    let address = addresses.next().ok_or_else(|| failed(none()))?;
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => SidecarError::PortInUse { address },
        _ => failed(source),
    })
}
