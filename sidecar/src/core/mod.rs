//! The workflow service without a network: a synchronous state machine over a clock and a store.
//!
//! A host drives a [`Core`] like this, and so can a test with a [`ManualClock`]:
//!
//! 1. [`Core::execute`] commands, any number of them; they share one transaction.
//! 2. [`Core::commit`] fires what is due, makes everything durable and hands out the replies.
//! 3. [`Core::take`] work items for the streams that can carry one, and deliver them.
//! 4. Sleep until [`Core::next_due`] or the next command.
//!
//! The wire messages are the core's own language: requests come in as they were sent, and the events of a
//! history stay in their encoded form from the first write to the last read.

mod actions;
mod activities;
mod batch;
mod cache;
mod command;
mod commit;
mod control;
mod create;
mod deliver;
mod dispatch;
mod event;
mod ids;
mod ledger;
mod propagation;
mod purge;
mod queue;
mod read;
mod rejection;
mod rerun;
mod state;
mod time;
mod timers;
mod turn;
mod versions;
mod waits;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

pub use command::{Command, Reply, StateCommand, StateReply};
pub use ids::{CountedIds, Ids, RandomIds};
pub use queue::{StreamId, WorkerMemory};
pub use rejection::{Code, Rejection};
pub use time::{Clock, ManualClock, SystemClock, Time};
pub use waits::Ticket;

use crate::store::{Store, StoreError};
use batch::Batch;
use cache::Cache;
use queue::Queue;
use waits::Waits;

/// Longest accepted instance id.
pub const INSTANCE_ID_BYTES_MAX: usize = 1024;

/// What a core may use, and what it serves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The names of the state stores, of which there may be none.
    pub state_stores: Vec<String>,
    /// The largest work item in bytes; an instance that would need a larger one stalls.
    pub work_item_bytes_max: usize,
    /// How many bytes of histories stay in memory.
    pub cache_bytes_max: usize,
    /// The ids of the apps that are served. Work for one that is not among them fails with an explanation; an
    /// app's work for itself runs whether it is listed or not.
    pub apps: BTreeSet<String>,
    /// How long instances that have ended are kept; without it, until they are purged.
    pub retain_completed: Option<Duration>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            state_stores: vec!["statestore".into()],
            work_item_bytes_max: 64 * 1024 * 1024,
            cache_bytes_max: 64 * 1024 * 1024,
            apps: BTreeSet::new(),
            retain_completed: None,
        }
    }
}

/// The answer to a command.
pub type Answer = Result<Reply, Rejection>;

/// The state machine.
pub struct Core {
    store: Box<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Box<dyn Ids>,
    config: Config,
    cache: Cache,
    queue: Queue,
    waits: Waits,
    batch: Batch,
    /// The time of the last raised event: no two raised events of this sidecar have the same.
    last_raised: Time,
    /// When the first timer is due; while `timers_removed`, that timer may be gone.
    next_timer: Option<Time>,
    timers_removed: bool,
    next_sweep: Time,
    /// After a failure of the store nothing is given out before this moment.
    paused_until: Option<Time>,
}

impl std::fmt::Debug for Core {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Core").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Core {
    /// A core over a store, which goes on with everything that the store holds.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn new(
        store: Box<dyn Store>,
        clock: Arc<dyn Clock>,
        ids: Box<dyn Ids>,
        config: Config,
    ) -> Result<Self, StoreError> {
        let now = clock.now();
        let mut core = Self {
            store,
            clock,
            ids,
            cache: Cache::new(config.cache_bytes_max),
            config,
            queue: Queue::default(),
            waits: Waits::default(),
            batch: Batch::default(),
            last_raised: now,
            next_timer: None,
            timers_removed: false,
            next_sweep: now,
            paused_until: None,
        };
        core.reload()?;
        Ok(core)
    }

    /// When something will happen by itself. A host that sleeps until then calls [`Core::commit`] after.
    #[must_use]
    pub fn next_due(&self) -> Option<Time> {
        let sweep = self.config.retain_completed.map(|_| self.next_sweep);
        let waits = self.waits.are_unsettled().then_some(Time::EPOCH);
        let due = [self.next_timer, self.queue.next_retry(), self.paused_until, sweep, waits];
        due.into_iter().flatten().min()
    }

    /// How many streams of an app are connected.
    #[must_use]
    pub fn connected_workers(&self, app: &str) -> usize {
        self.queue.streams_of(app)
    }

    /// How many work items were given out and are not answered.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.queue.in_flight()
    }

    /// How many of those a stream has.
    #[must_use]
    pub fn unanswered(&self, stream: StreamId) -> usize {
        self.queue.unanswered(stream)
    }

    /// Takes all pending work from the store, as after a start.
    fn reload(&mut self) -> Result<(), StoreError> {
        self.cache.clear();
        self.queue.clear_work();
        for (app, key) in self.store.runnable()? {
            self.queue.push_turn(&app, key);
        }
        for (app, key) in self.store.pending_activities()? {
            self.queue.push_activity(&app, key);
        }
        self.next_timer = self.store.next_due()?;
        Ok(())
    }
}
