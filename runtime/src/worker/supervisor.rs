//! The life of a worker: one session after another until it is shut down.

use std::sync::Arc;

use tokio::sync::{Semaphore, watch};
use tokio::time::sleep;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::backoff::Backoff;
use super::builder::Settings;
use super::outage::Outage;
use super::policy::ProblemLog;
use super::session::{self, End};
use super::threads::WorkflowThreads;
use crate::connection::Connection;
use crate::registry::Registry;

/// What all sessions and handlers of a worker share.
pub(super) struct Shared {
    pub(super) connection: Connection,
    pub(super) registry: Arc<Registry>,
    pub(super) threads: WorkflowThreads,
    pub(super) settings: Settings,
    pub(super) workflow_permits: Semaphore,
    pub(super) activity_permits: Semaphore,
    pub(super) problems: ProblemLog,
    pub(super) backoff: Backoff,
    pub(super) outage: Outage,
    pub(super) connected: watch::Sender<bool>,
    /// No more work is taken.
    pub(super) shutdown: CancellationToken,
    /// Work that still runs is dropped.
    pub(super) kill: CancellationToken,
}

impl Shared {
    pub(super) fn new(
        connection: Connection,
        registry: Arc<Registry>,
        threads: WorkflowThreads,
        settings: Settings,
        shutdown: CancellationToken,
        connected: watch::Sender<bool>,
    ) -> Self {
        Self {
            workflow_permits: Semaphore::new(settings.workflows_max.clamp(1, Semaphore::MAX_PERMITS)),
            activity_permits: Semaphore::new(settings.activities_max.clamp(1, Semaphore::MAX_PERMITS)),
            problems: ProblemLog::default(),
            backoff: Backoff::new(settings.pace.reconnect_first, settings.pace.reconnect_max),
            outage: Outage::new(connection.endpoint()),
            kill: CancellationToken::new(),
            connection,
            registry,
            threads,
            settings,
            connected,
            shutdown,
        }
    }
}

/// Runs sessions until the worker is shut down.
pub(super) async fn run(shared: Arc<Shared>) {
    // Also when this task is aborted, its handlers end with it.
    let _kill: DropGuard = shared.kill.clone().drop_guard();
    for number in 0u64.. {
        match session::run(&shared, number).await {
            End::ShutDown => return,
            End::Lost(reason) => {
                shared.connected.send_replace(false);
                shared.outage.lost(&reason);
            }
        }
        tokio::select! {
            () = shared.shutdown.cancelled() => return,
            () = sleep(shared.backoff.next()) => {}
        }
    }
}
