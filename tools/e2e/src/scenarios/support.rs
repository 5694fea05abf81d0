//! What many scenarios need.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use dacapo::client::{HistoryEvent, Instance, Status};
use dacapo::{Event, Result, RuntimeError};
use tokio::time::{Instant, sleep};

/// Long enough for anything that works.
pub(super) const SOON: Duration = Duration::from_secs(60);

/// Lets a waiting workflow go on.
pub(super) const GO: Event<()> = Event::new("go");

/// Counts what activities of a worker did.
#[derive(Clone, Debug, Default)]
pub(super) struct Counter(Arc<AtomicU32>);

impl Counter {
    /// Adds one and returns the new count.
    pub(super) fn add(&self) -> u32 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub(super) fn count(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }

    /// Waits until it has counted this far.
    pub(super) async fn reached(&self, count: u32) -> Result<(), RuntimeError> {
        until(format!("a count of {count}"), || async { Ok(self.count() >= count) }).await
    }
}

/// Waits until the instance has this status.
pub(super) async fn until_status(instance: &Instance, status: Status) -> Result<(), RuntimeError> {
    let what = format!("`{}` to be {status}", instance.id());
    until(what, || async { Ok(instance.get().await?.status == status) }).await
}

/// Waits until a condition holds.
pub(super) async fn until<F>(what: String, condition: impl Fn() -> F) -> Result<(), RuntimeError>
where
    F: Future<Output = Result<bool, RuntimeError>>,
{
    let deadline = Instant::now() + SOON;
    while !condition().await? {
        if Instant::now() > deadline {
            return Err(RuntimeError::TimedOut { what, after: SOON });
        }
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// The events of an instance's history, by kind, without their ids and times.
pub(super) async fn events(instance: &Instance) -> Result<Vec<HistoryEvent>, RuntimeError> {
    Ok(instance.history().await?.into_iter().map(|entry| entry.event).collect())
}

/// The id of the first entry of the history that `wanted` picks: what a rerun starts from.
pub(super) async fn event_id(instance: &Instance, wanted: impl Fn(&HistoryEvent) -> bool) -> Result<u32> {
    let history = instance.history().await?;
    let entry = history.iter().find(|entry| wanted(&entry.event)).and_then(|entry| entry.id);
    entry.ok_or_else(|| dacapo::Error::msg(format!("the history lacks the event: {history:#?}")))
}
