//! What a sidecar can be told before it starts.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "sqlite")]
use std::path::PathBuf;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::core::{Clock, Config, Core, RandomIds, SystemClock};
use crate::server::{self, Apps, Served, Token};
use crate::service::Service;
use crate::sidecar::{Addresses, Running};
#[cfg(feature = "sqlite")]
use crate::store::{Durability, SqliteStore};
use crate::store::{MemoryStore, Store};
use crate::{Sidecar, SidecarError};

/// Where a sidecar keeps its rows.
#[derive(Clone, Debug)]
enum Database {
    Memory,
    #[cfg(feature = "sqlite")]
    File(PathBuf),
}

/// What a sidecar can be told before it starts.
#[derive(Clone)]
#[must_use = "a sidecar starts with `start`"]
pub struct SidecarBuilder {
    host: String,
    port: u16,
    http_port: Option<u16>,
    app_id: String,
    /// The other apps, some of which have a port.
    apps: BTreeMap<String, Option<u16>>,
    database: Database,
    #[cfg(feature = "sqlite")]
    durability: Durability,
    config: Config,
    grace: Duration,
    token: Option<Arc<str>>,
    insecure: bool,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for SidecarBuilder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the token.
        let mut shown = formatter.debug_struct("SidecarBuilder");
        shown.field("host", &self.host).field("port", &self.port).field("http_port", &self.http_port);
        shown.field("app_id", &self.app_id).field("apps", &self.apps).field("database", &self.database);
        shown.field("config", &self.config).field("grace", &self.grace).finish_non_exhaustive()
    }
}

impl Default for SidecarBuilder {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".into(),
            port: 0,
            http_port: None,
            app_id: "dacapo".into(),
            apps: BTreeMap::new(),
            database: Database::Memory,
            #[cfg(feature = "sqlite")]
            durability: Durability::Full,
            config: Config::default(),
            grace: Duration::from_secs(5),
            token: None,
            insecure: false,
            clock: Arc::new(SystemClock),
        }
    }
}

impl SidecarBuilder {
    /// The host name or address to listen on; the default is `127.0.0.1`. Any address that other machines can
    /// reach needs an [`api_token`](Self::api_token), or [`insecure`](Self::insecure).
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = host.into();
        self
    }

    /// The port to listen on; the default is 0, which takes a free one. Every port speaks both gRPC and HTTP.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// A second port for the same app, for clients that expect HTTP on one of its own; 0 takes a free one. There
    /// is none unless this is called.
    pub fn http_port(mut self, port: u16) -> Self {
        self.http_port = Some(port);
        self
    }

    /// The id of the app whose workflows and state these are; the default is `dacapo`.
    pub fn app_id(mut self, app_id: impl Into<String>) -> Self {
        self.app_id = app_id.into();
        self
    }

    /// Serves one more app, to requests with the metadata `dapr-app-id`. Apps of one sidecar can call each other's
    /// activities and child workflows, and never see each other's instances and values otherwise.
    pub fn app(mut self, app_id: impl Into<String>) -> Self {
        self.apps.insert(app_id.into(), None);
        self
    }

    /// Serves one more app on a port of its own; 0 takes a free one.
    ///
    /// ```
    /// use dacapo_sidecar::Sidecar;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), dacapo_sidecar::SidecarError> {
    /// let sidecar = Sidecar::builder().app_id("shop").app_on("warehouse", 0).start().await?;
    /// println!("the warehouse's workers connect to {}", sidecar.endpoint_of("warehouse").unwrap());
    /// # sidecar.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn app_on(mut self, app_id: impl Into<String>, port: u16) -> Self {
        self.apps.insert(app_id.into(), Some(port));
        self
    }

    /// The token that every request must carry as `dapr-api-token`; there is none by default.
    pub fn api_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into().into());
        self
    }

    /// Allows an address that other machines can reach without a token.
    pub fn insecure(mut self) -> Self {
        self.insecure = true;
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

    /// How long instances that have ended are kept; the default is until they are purged. Each is removed within
    /// a minute of its time, whether its parent or children remain or not.
    pub fn retain_completed(mut self, time: Duration) -> Self {
        self.config.retain_completed = Some(time);
        self
    }

    /// How long a shutdown waits for the answers to what workers have; the default is 5 s.
    pub fn shutdown_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Where the time comes from; the default is the machine's clock.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Starts the sidecar.
    ///
    /// # Errors
    /// A port is in use or cannot be opened; the address is open to other machines and there is no token; the
    /// database is in use by another process, belongs to another program or a newer version, is damaged, or
    /// cannot be written.
    pub async fn start(mut self) -> Result<Sidecar, SidecarError> {
        let ports = self.listen().await?;
        self.config.apps = ports.apps.iter().map(|app| app.to_string()).collect();
        let core =
            Core::new(self.open_store()?, self.clock.clone(), Box::new(RandomIds), self.config.clone())?;
        let (service, thread) = Service::start(core, self.clock).map_err(SidecarError::Thread)?;
        let stop = CancellationToken::new();
        let servers = TaskTracker::new();
        let served = Arc::new(ports.apps);
        for (home, listener) in ports.listeners {
            let served = Served {
                service: service.clone(),
                apps: Apps { home, served: served.clone() },
                token: Token(self.token.clone()),
                message_bytes_max: self.config.work_item_bytes_max,
            };
            servers.spawn(server::serve(listener, served, stop.clone()));
        }
        servers.close();
        Ok(Sidecar::new(ports.addresses, Running { service, thread, servers, stop, grace: self.grace }))
    }

    fn open_store(&self) -> Result<Box<dyn Store>, SidecarError> {
        match &self.database {
            Database::Memory => Ok(Box::new(MemoryStore::new())),
            #[cfg(feature = "sqlite")]
            Database::File(path) => Ok(Box::new(SqliteStore::open(path, self.durability)?)),
        }
    }

    async fn listen(&self) -> Result<Ports, SidecarError> {
        let home: Arc<str> = self.app_id.as_str().into();
        let main = self.bind(self.port).await?;
        let mut ports = Ports {
            addresses: Addresses { main: main.1, http: None, apps: BTreeMap::new() },
            apps: BTreeSet::from([home.clone()]),
            listeners: vec![(home.clone(), main.0)],
        };
        if let Some(port) = self.http_port {
            let (listener, address) = self.bind(port).await?;
            ports.addresses.http = Some(address);
            ports.listeners.push((home, listener));
        }
        for (app, port) in &self.apps {
            let app: Arc<str> = app.as_str().into();
            ports.apps.insert(app.clone());
            let Some(port) = port else { continue };
            let (listener, address) = self.bind(*port).await?;
            ports.addresses.apps.insert(app.to_string(), address);
            ports.listeners.push((app, listener));
        }
        Ok(ports)
    }

    async fn bind(&self, port: u16) -> Result<(TcpListener, SocketAddr), SidecarError> {
        let host = &self.host;
        let failed = |source| SidecarError::Listen { address: format!("{host}:{port}"), source };
        let mut found = tokio::net::lookup_host((host.as_str(), port)).await.map_err(failed)?;
        let none = || std::io::Error::new(std::io::ErrorKind::NotFound, "the host has no address");
        let address = found.next().ok_or_else(|| failed(none()))?;
        if !address.ip().is_loopback() && self.token.is_none() && !self.insecure {
            return Err(SidecarError::Exposed { address });
        }
        let listener = TcpListener::bind(address).await.map_err(|source| match source.kind() {
            std::io::ErrorKind::AddrInUse => SidecarError::PortInUse { address },
            _ => failed(source),
        })?;
        let address = listener.local_addr().map_err(failed)?;
        Ok((listener, address))
    }
}

/// The open ports, each with its app.
struct Ports {
    addresses: Addresses,
    apps: BTreeSet<Arc<str>>,
    listeners: Vec<(Arc<str>, TcpListener)>,
}
