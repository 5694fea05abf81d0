//! Running workflows and activities that a sidecar hands out.

mod activity;
mod backoff;
mod builder;
mod complete;
mod dispatch;
mod executor;
mod handed_down;
mod outage;
mod policy;
mod prefix;
pub(crate) mod runner;
mod session;
mod supervisor;
mod threads;
mod turn;
mod unsupported;
mod warm;

#[cfg(test)]
mod equivalence;
#[cfg(test)]
mod tests;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use self::builder::WorkerBuilder;
pub use self::policy::ProblemPolicy;

use crate::connection::Connection;
use crate::runtime_error::RuntimeError;

/// Runs the workflows and activities of this program for a sidecar, for as long as it lives.
///
/// It keeps its connection by itself: a sidecar that is not there yet, or goes away, is tried again for ever, with one
/// line in the log an outage. Dropping the worker stops it at once; what it leaves unanswered the sidecar gives to
/// another worker, or to this one when it comes back.
///
/// ```no_run
/// use dacapo::prelude::*;
///
/// #[activity]
/// async fn greet(name: String) -> Result<String> {
///     Ok(format!("Hello, {name}!"))
/// }
///
/// # async fn example() -> Result<()> {
/// let dapr = Connection::from_env().await?;
/// let worker = Worker::builder(&dapr).activity(greet).start().await?;
/// worker.connected().await;
/// worker.shutdown().await
/// # }
/// ```
#[derive(Debug)]
pub struct Worker {
    shutdown: CancellationToken,
    connected: watch::Receiver<bool>,
    task: Option<JoinHandle<()>>,
}

impl Worker {
    /// Prepares a worker for the sidecar at `connection`.
    pub fn builder(connection: &Connection) -> WorkerBuilder {
        WorkerBuilder::new(connection.clone())
    }

    /// Waits until the sidecar has answered and work can come.
    pub async fn connected(&self) {
        // The sender is gone only when the worker is, and then there is nothing to wait for.
        let _ = self.connected.clone().wait_for(|connected| *connected).await;
    }

    /// Begins no more activities, lets what runs finish and answer within [`shutdown_grace`](WorkerBuilder::shutdown_grace),
    /// answers turns meanwhile, and disconnects when nothing has come for a moment.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::WorkerFailed`] when the worker had ended by a panic of its own.
    pub async fn shutdown(mut self) -> crate::Result<()> {
        self.shutdown.cancel();
        let Some(task) = self.task.take() else { return Ok(()) };
        task.await.map_err(|error| RuntimeError::WorkerFailed { message: error.to_string() })?;
        Ok(())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}
