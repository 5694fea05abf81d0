//! Dapr's control plane as far as workflows need it: one placement service and one scheduler.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::http::is_healthy;
use super::{Binaries, HarnessError, Process, free_port};

const READY_WITHIN: Duration = Duration::from_secs(60);

/// A placement service and a scheduler.
#[derive(Debug)]
pub struct Cluster {
    placement: Process,
    placement_port: u16,
    placement_health: u16,
    scheduler: Process,
    scheduler_port: u16,
    scheduler_health: u16,
}

impl Cluster {
    /// Starts both and waits until they are ready. Data and logs go to `folder`.
    ///
    /// # Errors
    ///
    /// [`HarnessError`] when one does not start.
    pub async fn start(binaries: &Binaries, folder: &Path) -> Result<Self, HarnessError> {
        let [placement_port, placement_health, scheduler_port, scheduler_health] =
            [(); 4].map(|()| free_port());
        let mut cluster = Self {
            placement: placement(binaries, folder, placement_port, placement_health),
            placement_port,
            placement_health,
            scheduler: scheduler(binaries, folder, scheduler_port, scheduler_health)?,
            scheduler_port,
            scheduler_health,
        };
        cluster.start_placement().await?;
        cluster.start_scheduler().await?;
        Ok(cluster)
    }

    /// Where placement listens.
    pub fn placement_address(&self) -> String {
        format!("127.0.0.1:{}", self.placement_port)
    }

    /// Where the scheduler listens.
    pub fn scheduler_address(&self) -> String {
        format!("127.0.0.1:{}", self.scheduler_port)
    }

    /// Starts placement and waits until it is ready.
    ///
    /// # Errors
    ///
    /// [`HarnessError`] when it does not start.
    pub async fn start_placement(&mut self) -> Result<(), HarnessError> {
        let health = format!("http://127.0.0.1:{}/healthz", self.placement_health);
        self.placement.start()?;
        self.placement.wait_until(READY_WITHIN, || is_healthy(&health)).await
    }

    /// Starts the scheduler and waits until it is ready.
    ///
    /// # Errors
    ///
    /// [`HarnessError`] when it does not start.
    pub async fn start_scheduler(&mut self) -> Result<(), HarnessError> {
        let health = format!("http://127.0.0.1:{}/healthz", self.scheduler_health);
        self.scheduler.start()?;
        self.scheduler.wait_until(READY_WITHIN, || is_healthy(&health)).await
    }

    /// Kills placement.
    pub fn kill_placement(&mut self) {
        self.placement.kill();
    }

    /// Kills the scheduler; its data stay.
    pub fn kill_scheduler(&mut self) {
        self.scheduler.kill();
    }
}

fn placement(binaries: &Binaries, folder: &Path, port: u16, health: u16) -> Process {
    let mut process = Process::new("placement", binaries.program("placement"), folder.join("placement.log"));
    process.set_variable("NAMESPACE", "default");
    process.set_arguments([
        "--id=p0".to_owned(),
        format!("--port={port}"),
        "--listen-address=127.0.0.1".to_owned(),
        format!("--healthz-port={health}"),
        "--healthz-listen-address=127.0.0.1".to_owned(),
        format!("--metrics-port={}", free_port()),
        "--metrics-listen-address=127.0.0.1".to_owned(),
        format!("--initial-cluster=p0=127.0.0.1:{}", free_port()),
        "--tls-enabled=false".to_owned(),
        "--metadata-enabled=true".to_owned(),
    ]);
    process
}

fn scheduler(binaries: &Binaries, folder: &Path, port: u16, health: u16) -> Result<Process, HarnessError> {
    let mut process = Process::new("scheduler", binaries.program("scheduler"), folder.join("scheduler.log"));
    process.set_variable("NAMESPACE", "default");
    let id = "dapr-scheduler-server-0";
    process.set_arguments([
        format!("--id={id}"),
        format!("--port={port}"),
        "--listen-address=127.0.0.1".to_owned(),
        format!("--healthz-port={health}"),
        "--healthz-listen-address=127.0.0.1".to_owned(),
        format!("--metrics-port={}", free_port()),
        "--metrics-listen-address=127.0.0.1".to_owned(),
        format!("--etcd-data-dir={}", private_folder(folder.join("etcd"))?.display()),
        format!("--etcd-client-port={}", free_port()),
        format!("--etcd-initial-cluster={id}=http://127.0.0.1:{}", free_port()),
        format!("--identity-directory-write={}", private_folder(folder.join("identity"))?.display()),
        "--etcd-backend-batch-interval=100ms".to_owned(),
        format!("--override-broadcast-host-port=127.0.0.1:{port}"),
    ]);
    Ok(process)
}

/// The scheduler accepts only folders that nobody else can read.
fn private_folder(path: PathBuf) -> Result<PathBuf, HarnessError> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&path);
    made.map_err(HarnessError::io(format!("making {}", path.display())))?;
    Ok(path)
}
