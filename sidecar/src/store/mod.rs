//! Where the core keeps what must survive: rows, behind a trait with two implementations.
//!
//! The core opens one transaction for a batch of commands and a savepoint for each of them; nothing that a
//! command decided leaves the process before [`Store::commit`] has returned.

mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;
mod table;

use bytes::Bytes;
use dacapo_proto::pb::OrchestrationStatus;

pub use memory::MemoryStore;
#[cfg(feature = "sqlite")]
pub use sqlite::{Durability, OpenError, SqliteStore};

use crate::core::Time;

/// The row number of an instance; never given to another instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceKey(pub i64);

/// The row number of a scheduled activity; never given to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActivityKey(pub i64);

/// The row of one workflow instance. Its input and result stay in history, where `start_seq` and
/// `completed_seq` point at them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The app that runs it.
    pub app: String,
    /// Its id, unique in its app.
    pub id: String,
    /// The workflow's name.
    pub name: String,
    /// The id of the current execution.
    pub execution_id: String,
    /// Starts at 1; counts continue-as-new and re-creation.
    pub generation: i64,
    /// The status that callers see.
    pub status: OrchestrationStatus,
    /// True until the time of a scheduled start has come.
    pub held: bool,
    /// When the current execution was created.
    pub created: Time,
    /// When the last event was appended.
    pub updated: Time,
    /// The time of the first event of history.
    pub started: Option<Time>,
    /// The time of completion.
    pub completed: Option<Time>,
    /// What the workflow last reported about itself.
    pub custom_status: Option<String>,
    /// The version name that the instance is pinned to.
    pub version: Option<String>,
    /// The instance that waits for this one.
    pub parent: Option<Parent>,
    /// Where history holds the start, once the first turn is done.
    pub start_seq: Option<i64>,
    /// Where history holds the completion.
    pub completed_seq: Option<i64>,
}

/// Who created a child workflow, and by which of its actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// The parent's app.
    pub app: String,
    /// The parent's instance id.
    pub id: String,
    /// The execution of the parent that waits; empty when unknown.
    pub execution_id: String,
    /// The id of the action that created the child.
    pub task_id: i32,
}

/// One event that waits for a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxEvent {
    /// Its place in the order of arrival, counted per instance.
    pub seq: i64,
    /// The encoded event.
    pub event: Bytes,
}

/// One armed timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timer {
    /// Whose timer it is.
    pub instance: InstanceKey,
    /// The id of the action that created it, or [`Timer::START`].
    pub id: i32,
    /// When it fires.
    pub due: Time,
}

impl Timer {
    /// The id of the timer that starts a scheduled instance; no action has it.
    pub const START: i32 = -1;
}

/// One activity that was scheduled and not yet answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// The app whose workers run it.
    pub app: String,
    /// Whose activity it is.
    pub instance: InstanceKey,
    /// The execution that scheduled it.
    pub execution_id: String,
    /// The id of the action that scheduled it.
    pub task_id: i32,
    /// The encoded scheduling event.
    pub event: Bytes,
    /// The encoded history that goes with it.
    pub propagated: Option<Bytes>,
}

/// The key of one value of a state store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StateKey {
    /// The app whose value it is.
    pub app: String,
    /// The store's name.
    pub store: String,
    /// The key within app and store.
    pub key: String,
}

/// One value of a state store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateValue {
    /// The value.
    pub data: Bytes,
    /// Changes with every write.
    pub etag: String,
    /// When the value vanishes.
    pub expires: Option<Time>,
}

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No space is left.
    #[error("the disk of the database is full ({detail}); nothing was lost, free some space and try again")]
    Full {
        /// What the database said.
        detail: String,
    },
    /// The file cannot be written.
    #[error("the database cannot be written ({detail}); check the permissions of the file and its folder")]
    ReadOnly {
        /// What the database said.
        detail: String,
    },
    /// What was read is not what was written.
    #[error("the database is damaged ({detail}); restore a copy of the file or start with a new one")]
    Damaged {
        /// What is wrong.
        detail: String,
    },
    /// Anything else.
    #[error("the database failed: {detail}")]
    Other {
        /// What the database said.
        detail: String,
    },
}

/// The result of a store operation.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Durable rows. Implementations need not check what the core guarantees: rows are only asked for and
/// changed inside a transaction, except that reads may also happen outside of one.
pub trait Store: Send {
    /// Opens a transaction.
    ///
    /// # Errors
    /// Any failure of the database.
    fn begin(&mut self) -> Result<()>;

    /// Makes the transaction durable; when this fails, nothing of it has happened.
    ///
    /// # Errors
    /// Any failure of the database.
    fn commit(&mut self) -> Result<()>;

    /// Drops the transaction, if one is open.
    fn rollback(&mut self);

    /// Sets the savepoint within the transaction; there is at most one.
    ///
    /// # Errors
    /// Any failure of the database.
    fn savepoint(&mut self) -> Result<()>;

    /// Keeps what was done since the savepoint and removes it.
    ///
    /// # Errors
    /// Any failure of the database.
    fn release(&mut self) -> Result<()>;

    /// Takes back what was done since the savepoint and removes it.
    ///
    /// # Errors
    /// The transaction is gone as a whole; [`Store::rollback`] is all that is left.
    fn undo(&mut self) -> Result<()>;

    /// Finds an instance by its address.
    ///
    /// # Errors
    /// Any failure of the database.
    fn find(&mut self, app: &str, id: &str) -> Result<Option<InstanceKey>>;

    /// Reads an instance.
    ///
    /// # Errors
    /// Any failure of the database.
    fn instance(&mut self, key: InstanceKey) -> Result<Option<Instance>>;

    /// Adds an instance.
    ///
    /// # Errors
    /// Any failure of the database.
    fn insert_instance(&mut self, instance: &Instance) -> Result<InstanceKey>;

    /// Replaces an instance's row.
    ///
    /// # Errors
    /// Any failure of the database.
    fn update_instance(&mut self, key: InstanceKey, instance: &Instance) -> Result<()>;

    /// Removes an instance with its history, inbox, timers, activities and propagated history.
    ///
    /// # Errors
    /// Any failure of the database.
    fn delete_instance(&mut self, key: InstanceKey) -> Result<()>;

    /// Up to `limit` instance ids of an app, in order, after the id `after`.
    ///
    /// # Errors
    /// Any failure of the database.
    fn instance_ids(&mut self, app: &str, after: Option<&str>, limit: usize) -> Result<Vec<String>>;

    /// Up to `limit` instances that have ended at `moment` or before, the earliest first.
    ///
    /// # Errors
    /// Any failure of the database.
    fn ended_before(&mut self, moment: Time, limit: usize) -> Result<Vec<InstanceKey>>;

    /// The stalled instances of an app.
    ///
    /// # Errors
    /// Any failure of the database.
    fn stalled(&mut self, app: &str) -> Result<Vec<InstanceKey>>;

    /// Every instance with events to process, that is neither held nor stalled, with its app; the one that
    /// has been waiting longest first.
    ///
    /// # Errors
    /// Any failure of the database.
    fn runnable(&mut self) -> Result<Vec<(String, InstanceKey)>>;

    /// The encoded events of an instance's history, in order.
    ///
    /// # Errors
    /// Any failure of the database.
    fn history(&mut self, key: InstanceKey) -> Result<Vec<Bytes>>;

    /// The event at one place of history.
    ///
    /// # Errors
    /// Any failure of the database.
    fn history_event(&mut self, key: InstanceKey, seq: i64) -> Result<Option<Bytes>>;

    /// Appends events to history, the first of them at place `first_seq`.
    ///
    /// # Errors
    /// Any failure of the database.
    fn append_history(&mut self, key: InstanceKey, first_seq: i64, events: &[Bytes]) -> Result<()>;

    /// Removes history, for a new generation.
    ///
    /// # Errors
    /// Any failure of the database.
    fn clear_history(&mut self, key: InstanceKey) -> Result<()>;

    /// The first `limit` events that wait for a turn, in order of arrival.
    ///
    /// # Errors
    /// Any failure of the database.
    fn inbox(&mut self, key: InstanceKey, limit: usize) -> Result<Vec<InboxEvent>>;

    /// Whether events wait for a turn.
    ///
    /// # Errors
    /// Any failure of the database.
    fn has_inbox(&mut self, key: InstanceKey) -> Result<bool>;

    /// Adds an event behind those that wait.
    ///
    /// # Errors
    /// Any failure of the database.
    fn push_inbox(&mut self, key: InstanceKey, event: Bytes) -> Result<()>;

    /// Removes the events up to and including place `through`.
    ///
    /// # Errors
    /// Any failure of the database.
    fn trim_inbox(&mut self, key: InstanceKey, through: i64) -> Result<()>;

    /// Arms a timer.
    ///
    /// # Errors
    /// Any failure of the database.
    fn insert_timer(&mut self, timer: Timer) -> Result<()>;

    /// Removes a timer if it is there.
    ///
    /// # Errors
    /// Any failure of the database.
    fn delete_timer(&mut self, key: InstanceKey, id: i32) -> Result<()>;

    /// Removes all timers of an instance.
    ///
    /// # Errors
    /// Any failure of the database.
    fn clear_timers(&mut self, key: InstanceKey) -> Result<()>;

    /// Up to `limit` timers that are due at `now`, the earliest first.
    ///
    /// # Errors
    /// Any failure of the database.
    fn due_timers(&mut self, now: Time, limit: usize) -> Result<Vec<Timer>>;

    /// When the next timer is due.
    ///
    /// # Errors
    /// Any failure of the database.
    fn next_due(&mut self) -> Result<Option<Time>>;

    /// Adds an activity.
    ///
    /// # Errors
    /// Any failure of the database.
    fn insert_activity(&mut self, activity: &Activity) -> Result<ActivityKey>;

    /// Reads an activity.
    ///
    /// # Errors
    /// Any failure of the database.
    fn activity(&mut self, key: ActivityKey) -> Result<Option<Activity>>;

    /// Removes an activity if it is there.
    ///
    /// # Errors
    /// Any failure of the database.
    fn delete_activity(&mut self, key: ActivityKey) -> Result<()>;

    /// The unanswered activities of an instance, of any execution.
    ///
    /// # Errors
    /// Any failure of the database.
    fn activities_of(&mut self, instance: InstanceKey) -> Result<Vec<ActivityKey>>;

    /// Every unanswered activity with the app that runs it, in the order in which they were scheduled.
    ///
    /// # Errors
    /// Any failure of the database.
    fn pending_activities(&mut self) -> Result<Vec<(String, ActivityKey)>>;

    /// The encoded history that was propagated to an instance.
    ///
    /// # Errors
    /// Any failure of the database.
    fn propagated(&mut self, key: InstanceKey) -> Result<Option<Bytes>>;

    /// Keeps or removes the history that was propagated to an instance.
    ///
    /// # Errors
    /// Any failure of the database.
    fn set_propagated(&mut self, key: InstanceKey, history: Option<Bytes>) -> Result<()>;

    /// Reads a value of a state store, expired or not.
    ///
    /// # Errors
    /// Any failure of the database.
    fn value(&mut self, key: &StateKey) -> Result<Option<StateValue>>;

    /// Writes a value of a state store.
    ///
    /// # Errors
    /// Any failure of the database.
    fn set_value(&mut self, key: &StateKey, value: &StateValue) -> Result<()>;

    /// Removes a value of a state store.
    ///
    /// # Errors
    /// Any failure of the database.
    fn delete_value(&mut self, key: &StateKey) -> Result<()>;

    /// Removes the values that expired before `now`.
    ///
    /// # Errors
    /// Any failure of the database.
    fn sweep_values(&mut self, now: Time) -> Result<()>;
}
