//! The sidecars that are measured, each on a durable SQLite file.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use dacapo::Connection;
use dacapo_e2e::harness::{
    App, AppOptions, Binaries, Cluster, Process, Release, Store, durabletask_go, free_port,
};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::sleep;

use crate::Failure;

const READY_WITHIN: Duration = Duration::from_secs(30);
const BETWEEN_TRIES: Duration = Duration::from_millis(1);
const GRACE: Duration = Duration::from_secs(10);

/// A sidecar that runs, on a file of its own.
pub(crate) enum Running {
    /// A process that is one program.
    Alone(Process, u16),
    /// daprd, and the control plane that ends with it.
    Dapr { app: Box<App>, _control_plane: Cluster },
}

impl Running {
    /// Where workers and clients connect.
    pub(crate) fn address(&self) -> String {
        let port = match self {
            Self::Alone(_, port) => *port,
            Self::Dapr { app, .. } => app.grpc_port(),
        };
        format!("http://127.0.0.1:{port}")
    }

    /// Waits until the sidecar knows its worker.
    pub(crate) async fn wait_for_worker(&self) -> Result<(), Failure> {
        match self {
            Self::Alone(..) => Ok(()),
            Self::Dapr { app, .. } => Ok(app.wait_until_connected().await?),
        }
    }

    /// Ends it.
    pub(crate) async fn stop(self) {
        match self {
            Self::Alone(mut process, _) => {
                process.stop(GRACE).await;
            }
            Self::Dapr { mut app, .. } => app.kill(),
        }
    }
}

/// The programs, built where they are missing.
pub(crate) struct Rivals {
    ours: PathBuf,
    durabletask_go: PathBuf,
    binaries: Binaries,
}

impl Rivals {
    pub(crate) async fn find() -> Result<Self, Failure> {
        let (ours, durabletask_go) = (build_ours().await?, durabletask_go().await?);
        Ok(Self { ours, durabletask_go, binaries: Binaries::of(Release::NEWEST).await? })
    }

    /// Our sidecar, as people start it.
    pub(crate) async fn ours(&self, folder: &Path) -> Result<Running, Failure> {
        let port = free_port();
        let process = start(&self.ours, folder, ["--port", &port.to_string(), "--db"]).await?;
        ready(port).await?;
        Ok(Running::Alone(process, port))
    }

    /// The milliseconds from the start of our sidecar's process to its first answer.
    pub(crate) async fn start_ms(&self, folder: &Path) -> Result<f64, Failure> {
        let began = Instant::now();
        let running = self.ours(folder).await?;
        let took = began.elapsed();
        running.stop().await;
        Ok(took.as_secs_f64() * 1e3)
    }

    /// The sidecar of durabletask-go.
    pub(crate) async fn durabletask_go(&self, folder: &Path) -> Result<Running, Failure> {
        let port = free_port();
        let arguments = ["--host", "127.0.0.1", "--port", &port.to_string(), "--db"];
        let process = start(&self.durabletask_go, folder, arguments).await?;
        ready(port).await?;
        Ok(Running::Alone(process, port))
    }

    /// daprd on its SQLite store.
    pub(crate) async fn daprd(&self, folder: &Path) -> Result<Running, Failure> {
        let cluster = Cluster::start(&self.binaries, folder).await?;
        let options = AppOptions::new("load").store(Store::Sqlite);
        let mut app = App::on_daprd(options, &self.binaries, &cluster, folder)?;
        app.start().await?;
        Ok(Running::Dapr { app: Box::new(app), _control_plane: cluster })
    }

    /// What duroxide, which is an engine and a store in one, says of itself: name and value of each line.
    pub(crate) async fn duroxide(&self, folder: &Path) -> Result<Vec<(String, f64)>, Failure> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["run", "--quiet", "--release", "--manifest-path"])
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../duroxide/Cargo.toml"))
            .env("CARGO_TARGET_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/../target"))
            .arg("--")
            .arg(folder.join("duroxide.db"))
            .stderr(Stdio::inherit())
            .output()
            .await?;
        if !output.status.success() {
            return Err(format!("duroxide's program ended with {}", output.status).into());
        }
        let text = String::from_utf8(output.stdout)?;
        let reading = |line: &str| {
            let (name, value) = line.split_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        };
        Ok(text.lines().filter_map(reading).collect())
    }
}

/// Starts a program whose last argument is a fresh file.
async fn start<const N: usize>(
    program: &Path,
    folder: &Path,
    arguments: [&str; N],
) -> Result<Process, Failure> {
    let run = tempfile::Builder::new().prefix("run-").tempdir_in(folder)?.keep();
    let mut process = Process::new(program.display().to_string(), program, run.join("log"));
    let file = run.join("state.db").display().to_string();
    process.set_arguments(arguments.into_iter().map(str::to_owned).chain([file]));
    process.start()?;
    Ok(process)
}

/// Waits until the sidecar on this port answers a call.
async fn ready(port: u16) -> Result<(), Failure> {
    let deadline = Instant::now() + READY_WITHIN;
    while let Err(problem) = TcpStream::connect(("127.0.0.1", port)).await {
        if Instant::now() > deadline {
            return Err(problem.into());
        }
        sleep(BETWEEN_TRIES).await;
    }
    Connection::to(format!("http://127.0.0.1:{port}"))?.ready(READY_WITHIN).await?;
    Ok(())
}

/// The release build of our sidecar, or the program that `DACAPO_SIDECAR` names.
async fn build_ours() -> Result<PathBuf, Failure> {
    if let Some(program) = std::env::var_os("DACAPO_SIDECAR") {
        return Ok(program.into());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--package", "dacapo-sidecar"])
        .current_dir(&root)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .status()
        .await?;
    if !status.success() {
        return Err("our sidecar could not be built".into());
    }
    Ok(root.join("target/release/dacapo-sidecar"))
}
