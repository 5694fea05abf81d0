//! What a scenario is, where it can run, and what it is given.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, PanicHookInfo};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use dacapo::Result;
use futures_util::FutureExt as _;
use tokio::sync::{Mutex, OnceCell};
use tokio::time::timeout;

use crate::harness::{App, AppOptions, Binaries, Cluster, HarnessError, Release};

/// How long a scenario may take unless it says otherwise.
const LIMIT: Duration = Duration::from_secs(120);

/// A fact about Dacapo and its sidecar, checked through the public API.
#[derive(Clone, Copy)]
pub struct Scenario {
    /// The fact, as the name of a function.
    pub name: &'static str,
    since: Release,
    before: Option<Release>,
    daprd_only: bool,
    extra: bool,
    limit: Duration,
    run: fn(Env) -> Run,
}

type Run = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

impl Scenario {
    /// A scenario that every sidecar since Dapr 1.16 supports.
    pub const fn new(name: &'static str, run: fn(Env) -> Run) -> Self {
        Self {
            name,
            since: Release::new(1, 16, 0),
            before: None,
            daprd_only: false,
            extra: false,
            limit: LIMIT,
            run,
        }
    }

    /// Needs this release of Dapr.
    #[must_use]
    pub const fn since(self, major: u16, minor: u16) -> Self {
        Self { since: Release::new(major, minor, 0), ..self }
    }

    /// Needs a daprd before this release.
    #[must_use]
    pub const fn before(self, major: u16, minor: u16) -> Self {
        Self { before: Some(Release::new(major, minor, 0)), daprd_only: true, ..self }
    }

    /// Needs what the embedded sidecar does not have.
    #[must_use]
    pub const fn daprd_only(self) -> Self {
        Self { daprd_only: true, ..self }
    }

    /// Takes too long for every run; it is run when it is named.
    #[must_use]
    pub const fn extra(self) -> Self {
        Self { extra: true, ..self }
    }

    /// May take this many seconds.
    #[must_use]
    pub const fn limit(self, seconds: u64) -> Self {
        Self { limit: Duration::from_secs(seconds), ..self }
    }

    /// Whether it is run only when it is named.
    pub fn is_extra(&self) -> bool {
        self.extra
    }

    /// How long it may take.
    pub fn time_limit(&self) -> Duration {
        self.limit
    }

    /// Why it cannot run on a target; `None` when it can.
    pub fn unsupported(&self, target: &Target) -> Option<String> {
        match target {
            Target::Embedded if self.daprd_only => Some("needs daprd".to_owned()),
            Target::Dapr(release) if *release < self.since => Some(format!("needs Dapr {}", self.since)),
            Target::Dapr(release) => {
                let before = self.before.filter(|before| release >= before)?;
                Some(format!("needs a Dapr before {before}"))
            }
            Target::Embedded => None,
        }
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// The text of what failed: an error, a panic with its place, or the limit of time.
    pub async fn run(&self, env: Env) -> Result<(), String> {
        let folder = env.folder.clone();
        let end = self.run_within_limit(env).await;
        // Nothing runs any more. Logs are kept; the scheduler's data are large and tell nothing.
        let _ = std::fs::remove_dir_all(folder.join("etcd"));
        if end.is_ok() {
            let _ = std::fs::remove_dir_all(folder);
        }
        end
    }

    async fn run_within_limit(&self, env: Env) -> Result<(), String> {
        let run = AssertUnwindSafe((self.run)(env)).catch_unwind().map(|end| end.map_err(|_| last_panic()));
        match timeout(self.limit, run).await {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Ok(Err(error))) => Err(format!("{error:?}")),
            Ok(Err(panic)) => Err(panic),
            Err(_) => Err(format!("it took longer than {:?}", self.limit)),
        }
    }
}

/// Where scenarios run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Dapr of this release, with the newest control plane.
    Dapr(Release),
    /// The embedded sidecar.
    Embedded,
}

/// What all scenarios of a run share.
#[derive(Debug)]
pub struct Stage {
    target: Target,
    folder: PathBuf,
    cold: bool,
    /// Built when the first scenario needs them.
    binaries: OnceCell<Binaries>,
}

impl Stage {
    /// A stage for a run that keeps its logs in `folder`; with `cold`, workers replay every turn.
    pub fn new(target: Target, folder: PathBuf, cold: bool) -> Self {
        Self { target, folder, cold, binaries: OnceCell::new() }
    }

    /// Where the logs are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What scenarios run on.
    pub fn target(&self) -> &Target {
        &self.target
    }

    async fn binaries(&self) -> Result<&Binaries, HarnessError> {
        let Target::Dapr(release) = self.target else {
            unreachable!("the embedded sidecar is no program of Dapr's")
        };
        self.binaries.get_or_try_init(|| Binaries::of(release)).await
    }
}

/// What a scenario is given: names that are its own, and apps.
pub struct Env {
    name: &'static str,
    stage: Arc<Stage>,
    folder: PathBuf,
    apps: AtomicU32,
    /// Its own, too: placement makes all apps wait for each other.
    cluster: OnceCell<Mutex<Cluster>>,
}

impl Env {
    /// The surroundings of one scenario.
    ///
    /// # Errors
    ///
    /// [`HarnessError::Io`] when its folder cannot be made.
    pub fn new(scenario: &Scenario, stage: &Arc<Stage>) -> Result<Self, HarnessError> {
        let folder = stage.folder.join(scenario.name);
        std::fs::create_dir_all(&folder).map_err(HarnessError::io(format!("making {}", folder.display())))?;
        Ok(Self {
            name: scenario.name,
            stage: Arc::clone(stage),
            folder,
            apps: AtomicU32::new(0),
            cluster: OnceCell::new(),
        })
    }

    /// Where its logs are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it runs on.
    pub fn target(&self) -> Target {
        self.stage.target
    }

    /// An instance id that no other scenario has.
    pub fn id(&self, name: &str) -> String {
        format!("{}-{name}", self.name)
    }

    /// Options of an app of its own.
    pub fn options(&self) -> AppOptions {
        let count = self.apps.fetch_add(1, Ordering::Relaxed);
        AppOptions::new(format!("{}-{count}", self.name.replace('_', "-")))
    }

    /// An app of its own, ready.
    ///
    /// # Errors
    ///
    /// [`HarnessError`] when it does not start.
    pub async fn app(&self) -> Result<App, HarnessError> {
        self.app_with(self.options()).await
    }

    /// The same with options.
    ///
    /// # Errors
    ///
    /// [`HarnessError`] when it does not start.
    pub async fn app_with(&self, options: AppOptions) -> Result<App, HarnessError> {
        let mut app = self.stopped_app(options).await?;
        app.start().await?;
        Ok(app)
    }

    /// An app whose sidecar is not started yet.
    ///
    /// # Errors
    ///
    /// [`HarnessError`] when the control plane does not start.
    pub async fn stopped_app(&self, options: AppOptions) -> Result<App, HarnessError> {
        let app = match self.stage.target {
            Target::Embedded => App::embedded(options, &self.folder)?,
            Target::Dapr(_) => {
                let (binaries, cluster) = (self.stage.binaries().await?, self.cluster().await?);
                App::on_daprd(options, binaries, &*cluster.lock().await, &self.folder)?
            }
        };
        Ok(if self.stage.cold { app.cold() } else { app })
    }

    /// The control plane of its apps, to be killed and started again.
    ///
    /// # Errors
    ///
    /// [`HarnessError`] when it does not start.
    pub async fn cluster(&self) -> Result<&Mutex<Cluster>, HarnessError> {
        let start =
            async || Ok(Mutex::new(Cluster::start(self.stage.binaries().await?, &self.folder).await?));
        self.cluster.get_or_try_init(start).await
    }

    /// The programs of the release under test.
    ///
    /// # Errors
    ///
    /// [`HarnessError::Build`].
    pub async fn binaries(&self) -> Result<&Binaries, HarnessError> {
        self.stage.binaries().await
    }
}

thread_local! {
    static LAST_PANIC: Cell<Option<String>> = const { Cell::new(None) };
}

/// Keeps panics of scenarios for their reports instead of printing them.
pub fn keep_panics() {
    std::panic::set_hook(Box::new(|panic: &PanicHookInfo<'_>| LAST_PANIC.set(Some(panic.to_string()))));
}

/// The panic that has just been caught: a future is polled, panics and is caught on one thread.
fn last_panic() -> String {
    LAST_PANIC.take().unwrap_or_else(|| "it panicked".to_owned())
}
