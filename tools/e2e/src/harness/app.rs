//! One app: a sidecar of its own, on daprd or embedded, and the clients and workers that talk to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use dacapo::worker::WorkerBuilder;
use dacapo::{Client, Connection, RuntimeError, Worker};
use tokio::time::{Instant, sleep};

use super::http::{self, is_healthy};
use super::{Binaries, Cluster, HarnessError, Process, Release, free_port};

const READY_WITHIN: Duration = Duration::from_secs(60);
const WORKER_WITHIN: Duration = Duration::from_secs(30);
const PLACEMENT_HEARS_WITHIN: Duration = Duration::from_secs(4);
const PLACEMENT_HEARS_SOON: Duration = Duration::from_millis(500);
const GRACE: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(20);

/// Where a sidecar keeps its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Store {
    /// In memory; it dies with the sidecar.
    Memory,
    /// In an SQLite file.
    Sqlite,
    /// In an SQLite file that several sidecars use.
    Shared(PathBuf),
    /// Nowhere: no state store at all.
    None,
}

/// What a sidecar is started with.
#[derive(Clone, Debug)]
pub struct AppOptions {
    /// The app's id.
    pub id: String,
    /// Where its state is kept.
    pub store: Store,
    /// The token that callers must present.
    pub api_token: Option<String>,
    /// The largest message, as daprd takes it: `16Mi`.
    pub max_body_size: Option<String>,
    /// A configuration resource.
    pub configuration: Option<String>,
    /// A folder of components, in place of the one that the harness writes.
    pub resources: Option<PathBuf>,
    /// Services of the control plane that it is not told of.
    pub without: Vec<Service>,
    /// The namespace, which is `default` when none is given.
    pub namespace: Option<String>,
}

/// A service of Dapr's control plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Tells which sidecar hosts which actors.
    Placement,
    /// Keeps reminders.
    Scheduler,
}

impl AppOptions {
    /// An app with this id on a store in memory.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            store: Store::Memory,
            api_token: None,
            max_body_size: None,
            configuration: None,
            resources: None,
            without: Vec::new(),
            namespace: None,
        }
    }

    /// The same on another store.
    #[must_use]
    pub fn store(self, store: Store) -> Self {
        Self { store, ..self }
    }

    /// The same with an API token.
    #[must_use]
    pub fn api_token(self, token: &str) -> Self {
        Self { api_token: Some(token.to_owned()), ..self }
    }

    /// The same with another limit for messages.
    #[must_use]
    pub fn max_body_size(self, size: &str) -> Self {
        Self { max_body_size: Some(size.to_owned()), ..self }
    }

    /// The same on the components of a folder.
    #[must_use]
    pub fn resources(self, folder: impl Into<PathBuf>) -> Self {
        Self { resources: Some(folder.into()), ..self }
    }

    /// The same without a service of the control plane.
    #[must_use]
    pub fn without(mut self, service: Service) -> Self {
        self.without.push(service);
        self
    }

    /// The same in another namespace.
    #[must_use]
    pub fn namespace(self, namespace: &str) -> Self {
        Self { namespace: Some(namespace.to_owned()), ..self }
    }

    /// The same with a configuration resource, as YAML.
    #[must_use]
    pub fn configuration(self, yaml: impl Into<String>) -> Self {
        Self { configuration: Some(yaml.into()), ..self }
    }
}

/// One app's sidecar. Dropped, it is killed.
#[derive(Debug)]
pub struct App {
    options: AppOptions,
    kind: Kind,
    process: Process,
    ports: Ports,
    folder: PathBuf,
    warm: bool,
}

#[derive(Clone, Debug)]
enum Kind {
    Daprd { binaries: Binaries, placement: String, scheduler: String },
    Embedded,
}

#[derive(Debug)]
struct Ports {
    grpc: u16,
    http: u16,
    internal: u16,
    public: u16,
    metrics: u16,
    profile: u16,
}

impl Ports {
    fn free() -> Self {
        let [grpc, http, internal, public, metrics, profile] = [(); 6].map(|()| free_port());
        Self { grpc, http, internal, public, metrics, profile }
    }
}

impl App {
    /// An app on daprd. It is not started yet. Its files go to a folder below `folder`.
    ///
    /// # Errors
    ///
    /// [`HarnessError::Io`] when its folder cannot be made.
    pub fn on_daprd(
        options: AppOptions,
        binaries: &Binaries,
        cluster: &Cluster,
        folder: &Path,
    ) -> Result<Self, HarnessError> {
        let (placement, scheduler) = (cluster.placement_address(), cluster.scheduler_address());
        Self::new(options, Kind::Daprd { binaries: binaries.clone(), placement, scheduler }, folder)
    }

    /// An app on the embedded sidecar, in a process of its own.
    ///
    /// # Errors
    ///
    /// [`HarnessError::Io`] when its folder cannot be made.
    pub fn embedded(options: AppOptions, folder: &Path) -> Result<Self, HarnessError> {
        Self::new(options, Kind::Embedded, folder)
    }

    fn new(options: AppOptions, kind: Kind, folder: &Path) -> Result<Self, HarnessError> {
        let ports = Ports::free();
        // Replicas have one id.
        let folder = folder.join(format!("{}-{}", options.id, ports.grpc));
        let resources = folder.join("resources");
        std::fs::create_dir_all(&resources)
            .map_err(HarnessError::io(format!("making {}", resources.display())))?;
        let mut process =
            Process::new(format!("the sidecar of `{}`", options.id), "daprd", folder.join("sidecar.log"));
        process.set_folder(&folder);
        let mut app = Self { options, kind, process, ports, folder, warm: true };
        if let Some(token) = app.options.api_token.clone() {
            app.process.set_variable("DAPR_API_TOKEN", token);
        }
        if let Some(namespace) = app.options.namespace.clone() {
            app.process.set_variable("NAMESPACE", namespace);
        }
        Ok(app)
    }

    /// Workers of this app keep no workflow in memory: every turn is replayed from its history.
    #[must_use]
    pub fn cold(mut self) -> Self {
        self.warm = false;
        self
    }

    /// The app's id.
    pub fn id(&self) -> &str {
        &self.options.id
    }

    /// The options, to be changed before the next start.
    pub fn options(&mut self) -> &mut AppOptions {
        &mut self.options
    }

    /// Runs another release of daprd from the next start on.
    pub fn upgrade(&mut self, binaries: &Binaries) {
        if let Kind::Daprd { binaries: current, .. } = &mut self.kind {
            *current = binaries.clone();
        }
    }

    /// Starts the sidecar and waits until it answers.
    ///
    /// # Errors
    ///
    /// [`HarnessError`] with the end of its log when it does not start.
    pub async fn start(&mut self) -> Result<(), HarnessError> {
        self.launch()?;
        let health = format!("http://127.0.0.1:{}/v1.0/healthz/outbound", self.ports.public);
        match &self.kind {
            Kind::Daprd { .. } => self.process.wait_until(READY_WITHIN, || is_healthy(&health)).await,
            Kind::Embedded => {
                let connection = Arc::new(self.connection_to(self.ports.grpc));
                let ready = || {
                    let connection = Arc::clone(&connection);
                    async move { connection.ready(POLL).await.is_ok() }
                };
                self.process.wait_until(READY_WITHIN, ready).await
            }
        }
    }

    /// Starts the sidecar without waiting for it.
    ///
    /// # Errors
    ///
    /// [`HarnessError::Start`].
    pub fn launch(&mut self) -> Result<(), HarnessError> {
        match self.kind.clone() {
            Kind::Daprd { binaries, placement, scheduler } => {
                self.process.set_program(binaries.program("daprd"));
                let arguments = self.daprd_arguments(&placement, &scheduler)?;
                self.process.set_arguments(arguments);
            }
            Kind::Embedded => {
                let program = std::env::current_exe().map_err(HarnessError::io("finding this program"))?;
                self.process.set_program(program);
                let arguments = self.embedded_arguments();
                self.process.set_arguments(arguments);
            }
        }
        self.process.start()
    }

    /// Kills the sidecar, as a crash would.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Asks the sidecar to end, as an upgrade would. daprd waits for its worker to go, so it is killed after a while, as
    /// Kubernetes does.
    pub async fn stop(&mut self) {
        self.process.stop(GRACE).await;
    }

    /// The process of the sidecar.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Everything the sidecar has logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.process.log()).unwrap_or_default()
    }

    /// A connection to the sidecar, with its token.
    ///
    /// # Panics
    ///
    /// When the token of the options is none that a header can carry.
    pub fn connection(&self) -> Connection {
        self.connection_to(self.ports.grpc)
    }

    /// The same through another port, of a proxy.
    ///
    /// # Panics
    ///
    /// As [`connection`](Self::connection).
    pub fn connection_to(&self, port: u16) -> Connection {
        let connection =
            Connection::to(format!("http://127.0.0.1:{port}")).expect("a loopback address is valid");
        match &self.options.api_token {
            Some(token) => connection.api_token(token).expect("tokens of scenarios are ASCII"),
            None => connection,
        }
    }

    /// The port of the gRPC API.
    pub fn grpc_port(&self) -> u16 {
        self.ports.grpc
    }

    /// The port of the HTTP API.
    pub fn http_port(&self) -> u16 {
        self.ports.http
    }

    /// The address of the HTTP API, without a path.
    pub fn http(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.http)
    }

    /// A client of the sidecar.
    pub fn client(&self) -> Client {
        Client::new(&self.connection())
    }

    /// A worker that is not started yet.
    pub fn worker(&self) -> WorkerBuilder {
        self.worker_on(&self.connection())
    }

    /// The same on a connection of the caller's.
    pub fn worker_on(&self, connection: &Connection) -> WorkerBuilder {
        let worker = Worker::builder(connection);
        if self.warm { worker } else { worker.warm_bytes(0) }
    }

    /// Waits until the sidecar hosts the app's workflows, which it does while it has a worker.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::TimedOut`].
    pub async fn wait_until_connected(&self) -> Result<(), RuntimeError> {
        self.wait_until_hosting(true).await
    }

    /// Waits until the sidecar has let go of the app's workflows because the last worker has gone.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::TimedOut`].
    pub async fn wait_until_alone(&self) -> Result<(), RuntimeError> {
        self.wait_until_hosting(false).await?;
        if let Kind::Daprd { binaries, .. } = &self.kind {
            // A worker that comes back before placement has heard may find nothing hosted, and nothing shows when it has.
            let old = binaries.release < Release::new(1, 17, 0);
            sleep(if old { PLACEMENT_HEARS_WITHIN } else { PLACEMENT_HEARS_SOON }).await;
        }
        Ok(())
    }

    async fn wait_until_hosting(&self, wanted: bool) -> Result<(), RuntimeError> {
        // The embedded sidecar needs no placement to know what it hosts.
        if matches!(self.kind, Kind::Embedded) {
            return Ok(());
        }
        let deadline = Instant::now() + WORKER_WITHIN;
        while self.hosts_workflows().await != Some(wanted) {
            if Instant::now() > deadline {
                let what = format!("the sidecar of `{}` to host its workflows: {wanted}", self.options.id);
                return Err(RuntimeError::TimedOut { what, after: WORKER_WITHIN });
            }
            sleep(POLL).await;
        }
        Ok(())
    }

    async fn hosts_workflows(&self) -> Option<bool> {
        let metadata = http::get(&format!("{}/v1.0/metadata", self.http())).await.ok()?.json();
        let hosted = metadata["actorRuntime"]["activeActors"].as_array().cloned().unwrap_or_default();
        Some(hosted.iter().any(|kind| kind["type"].as_str().is_some_and(|kind| kind.ends_with(".workflow"))))
    }

    fn daprd_arguments(&self, placement: &str, scheduler: &str) -> Result<Vec<String>, HarnessError> {
        let Ports { grpc, http, internal, public, metrics, profile } = self.ports;
        let mut arguments = vec![
            format!("--app-id={}", self.options.id),
            "--mode=standalone".to_owned(),
            "--app-protocol=http".to_owned(),
            format!("--dapr-grpc-port={grpc}"),
            format!("--dapr-http-port={http}"),
            "--dapr-listen-addresses=127.0.0.1".to_owned(),
            format!("--dapr-internal-grpc-port={internal}"),
            "--dapr-internal-grpc-listen-address=127.0.0.1".to_owned(),
            format!("--dapr-public-port={public}"),
            "--dapr-public-listen-address=127.0.0.1".to_owned(),
            format!("--metrics-port={metrics}"),
            "--metrics-listen-address=127.0.0.1".to_owned(),
            format!("--profile-port={profile}"),
            "--enable-mtls=false".to_owned(),
            format!("--resources-path={}", self.write_resources()?.display()),
        ];
        let services =
            [(Service::Placement, "placement", placement), (Service::Scheduler, "scheduler", scheduler)];
        for (service, name, address) in services {
            if !self.options.without.contains(&service) {
                arguments.push(format!("--{name}-host-address={address}"));
            }
        }
        arguments.extend(self.options.max_body_size.iter().map(|size| format!("--max-body-size={size}")));
        if let Some(configuration) = &self.options.configuration {
            let path = self.folder.join("config.yaml");
            std::fs::write(&path, configuration).map_err(HarnessError::io("writing a configuration"))?;
            arguments.push(format!("--config={}", path.display()));
        }
        Ok(arguments)
    }

    fn embedded_arguments(&self) -> Vec<String> {
        let mut arguments =
            vec!["--serve-sidecar".to_owned(), self.ports.grpc.to_string(), self.options.id.clone()];
        if self.options.store == Store::Sqlite {
            arguments.push(self.folder.join("state.db").display().to_string());
        }
        arguments
    }

    fn write_resources(&self) -> Result<PathBuf, HarnessError> {
        if let Some(folder) = &self.options.resources {
            return Ok(folder.clone());
        }
        let folder = self.folder.join("resources");
        let file = match &self.options.store {
            Store::None => return Ok(folder),
            Store::Memory => None,
            Store::Sqlite => Some(self.folder.join("state.db")),
            Store::Shared(file) => Some(file.clone()),
        };
        let (kind, metadata) = match file {
            None => ("state.in-memory", String::new()),
            Some(file) => (
                "state.sqlite",
                format!("  - {{name: connectionString, value: \"file:{}\"}}\n", file.display()),
            ),
        };
        let component = format!(
            "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{name: statestore}}\nspec:\n  type: {kind}\n  \
             version: v1\n  metadata:\n  - {{name: actorStateStore, value: \"true\"}}\n{metadata}"
        );
        std::fs::write(folder.join("statestore.yaml"), component)
            .map_err(HarnessError::io("writing a component"))?;
        Ok(folder)
    }
}
