//! The store on one SQLite file.

mod check;
mod open;
mod rows;
mod schema;
mod sql;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::Path;

use bytes::Bytes;
use rusqlite::{CachedStatement, Connection, ErrorCode, OptionalExtension as _, Params, Row, params};

pub use open::OpenError;

use super::{
    Activity, ActivityKey, InboxEvent, Instance, InstanceKey, Result, StateKey, StateValue, Store,
    StoreError, Timer,
};
use crate::core::Time;

/// When a commit counts as done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// On the disk: what was acknowledged survives a loss of power.
    #[default]
    Full,
    /// In the operating system: it survives the end of the process; the last moments may go with the power.
    Normal,
}

/// Rows in one SQLite file in WAL mode, held by one process at a time.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    // Dropped after the connection: whoever gets the lock finds a closed database.
    _lock: File,
}

impl SqliteStore {
    /// Opens the file, and creates it when there is none.
    ///
    /// # Errors
    /// The file is held by another process, belongs to another program or to a newer version of this one,
    /// is damaged, or cannot be written.
    pub fn open(path: impl AsRef<Path>, durability: Durability) -> std::result::Result<Self, OpenError> {
        let (connection, lock) = open::open(path.as_ref(), durability)?;
        Ok(Self { connection, _lock: lock })
    }

    /// Makes the file as small as it can be.
    ///
    /// # Errors
    /// Any failure of the database, lack of space for a second copy among them.
    pub fn vacuum(&mut self) -> Result<()> {
        self.execute("VACUUM", [])?;
        self.row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// Up to `limit` instances of all apps, in the order of their keys, after the key `after`.
    ///
    /// # Errors
    /// Any failure of the database.
    pub fn instances_after(&mut self, after: InstanceKey, limit: usize) -> Result<Vec<InstanceKey>> {
        self.rows(sql::INSTANCES_AFTER, (after.0, rows::limit(limit)), rows::instance_key)
    }

    fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>> {
        self.connection.prepare_cached(sql).map_err(|error| store_error(&error))
    }

    fn execute(&self, sql: &str, params: impl Params) -> Result<()> {
        self.prepare(sql)?.execute(params).map_err(|error| store_error(&error))?;
        Ok(())
    }

    fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        self.prepare(sql)?.query_row(params, read).optional().map_err(|error| store_error(&error))
    }

    fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.prepare(sql)?;
        let found = statement.query_map(params, read).and_then(Iterator::collect);
        found.map_err(|error| store_error(&error))
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // A clean end leaves one file; when it fails, the next start recovers from the log as after a crash.
        let checkpoint = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        if let Err(error) = checkpoint {
            tracing::debug!(%error, "the write-ahead log stays beside the database");
        }
    }
}

impl Store for SqliteStore {
    fn begin(&mut self) -> Result<()> {
        self.execute("BEGIN IMMEDIATE", [])
    }

    fn commit(&mut self) -> Result<()> {
        self.execute("COMMIT", [])
    }

    fn rollback(&mut self) {
        // SQLite has already rolled back after some errors, a full disk among them.
        if !self.connection.is_autocommit()
            && let Err(error) = self.execute("ROLLBACK", [])
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }

    fn savepoint(&mut self) -> Result<()> {
        self.execute("SAVEPOINT command", [])
    }

    fn release(&mut self) -> Result<()> {
        self.execute("RELEASE command", [])
    }

    fn undo(&mut self) -> Result<()> {
        self.execute("ROLLBACK TO command", [])?;
        self.release()
    }

    fn find(&mut self, app: &str, id: &str) -> Result<Option<InstanceKey>> {
        self.row(sql::FIND, (app, id), rows::instance_key)
    }

    fn instance(&mut self, key: InstanceKey) -> Result<Option<Instance>> {
        self.row(sql::INSTANCE, [key.0], rows::instance)
    }

    fn insert_instance(&mut self, instance: &Instance) -> Result<InstanceKey> {
        rows::write_instance(&mut self.prepare(sql::INSERT_INSTANCE)?, instance, None)?;
        Ok(InstanceKey(self.connection.last_insert_rowid()))
    }

    fn update_instance(&mut self, key: InstanceKey, instance: &Instance) -> Result<()> {
        rows::write_instance(&mut self.prepare(sql::UPDATE_INSTANCE)?, instance, Some(key))
    }

    fn delete_instance(&mut self, key: InstanceKey) -> Result<()> {
        self.clear_history(key)?;
        self.clear_timers(key)?;
        self.set_propagated(key, None)?;
        self.execute(sql::CLEAR_INBOX, [key.0])?;
        self.execute(sql::CLEAR_ACTIVITIES, [key.0])?;
        self.execute(sql::DELETE_INSTANCE, [key.0])
    }

    fn instance_ids(&mut self, app: &str, after: Option<&str>, limit: usize) -> Result<Vec<String>> {
        let limit = rows::limit(limit);
        match after {
            Some(after) => self.rows(sql::IDS_AFTER, (app, after, limit), |row| row.get(0)),
            None => self.rows(sql::IDS, (app, limit), |row| row.get(0)),
        }
    }

    fn ended_before(&mut self, moment: Time, limit: usize) -> Result<Vec<InstanceKey>> {
        self.rows(sql::ENDED_BEFORE, (moment.nanos(), rows::limit(limit)), rows::instance_key)
    }

    fn stalled(&mut self, app: &str) -> Result<Vec<InstanceKey>> {
        self.rows(sql::STALLED, [app], rows::instance_key)
    }

    fn runnable(&mut self) -> Result<Vec<(String, InstanceKey)>> {
        self.rows(sql::RUNNABLE, [], |row| Ok((row.get(0)?, InstanceKey(row.get(1)?))))
    }

    fn history(&mut self, key: InstanceKey) -> Result<Vec<Bytes>> {
        self.rows(sql::HISTORY, [key.0], |row| rows::blob(row, 0))
    }

    fn history_event(&mut self, key: InstanceKey, seq: i64) -> Result<Option<Bytes>> {
        self.row(sql::HISTORY_EVENT, (key.0, seq), |row| rows::blob(row, 0))
    }

    fn append_history(&mut self, key: InstanceKey, first_seq: i64, events: &[Bytes]) -> Result<()> {
        let mut insert = self.prepare(sql::INSERT_HISTORY)?;
        for (seq, event) in (first_seq..).zip(events) {
            insert.execute(params![key.0, seq, event.as_ref()]).map_err(|error| store_error(&error))?;
        }
        Ok(())
    }

    fn clear_history(&mut self, key: InstanceKey) -> Result<()> {
        self.execute(sql::CLEAR_HISTORY, [key.0])
    }

    fn inbox(&mut self, key: InstanceKey, limit: usize) -> Result<Vec<InboxEvent>> {
        let read = |row: &Row<'_>| Ok(InboxEvent { seq: row.get(0)?, event: rows::blob(row, 1)? });
        self.rows(sql::INBOX, (key.0, rows::limit(limit)), read)
    }

    fn has_inbox(&mut self, key: InstanceKey) -> Result<bool> {
        Ok(self.row(sql::HAS_INBOX, [key.0], |_| Ok(()))?.is_some())
    }

    fn push_inbox(&mut self, key: InstanceKey, event: Bytes) -> Result<()> {
        self.execute(sql::PUSH_INBOX, params![key.0, event.as_ref()])
    }

    fn trim_inbox(&mut self, key: InstanceKey, through: i64) -> Result<()> {
        self.execute(sql::TRIM_INBOX, (key.0, through))
    }

    fn insert_timer(&mut self, timer: Timer) -> Result<()> {
        self.execute(sql::INSERT_TIMER, (timer.instance.0, timer.id, timer.due.nanos()))
    }

    fn delete_timer(&mut self, key: InstanceKey, id: i32) -> Result<()> {
        self.execute(sql::DELETE_TIMER, (key.0, id))
    }

    fn clear_timers(&mut self, key: InstanceKey) -> Result<()> {
        self.execute(sql::CLEAR_TIMERS, [key.0])
    }

    fn due_timers(&mut self, now: Time, limit: usize) -> Result<Vec<Timer>> {
        self.rows(sql::DUE_TIMERS, (now.nanos(), rows::limit(limit)), rows::timer)
    }

    fn next_due(&mut self) -> Result<Option<Time>> {
        Ok(self.row(sql::NEXT_DUE, [], |row| rows::maybe_time(row, 0))?.flatten())
    }

    fn insert_activity(&mut self, activity: &Activity) -> Result<ActivityKey> {
        let Activity { app, instance, execution_id, task_id, event, propagated } = activity;
        let propagated = propagated.as_deref();
        self.execute(
            sql::INSERT_ACTIVITY,
            params![app, instance.0, execution_id, task_id, event.as_ref(), propagated],
        )?;
        Ok(ActivityKey(self.connection.last_insert_rowid()))
    }

    fn activity(&mut self, key: ActivityKey) -> Result<Option<Activity>> {
        self.row(sql::ACTIVITY, [key.0], rows::activity)
    }

    fn delete_activity(&mut self, key: ActivityKey) -> Result<()> {
        self.execute(sql::DELETE_ACTIVITY, [key.0])
    }

    fn activities_of(&mut self, instance: InstanceKey) -> Result<Vec<ActivityKey>> {
        self.rows(sql::ACTIVITIES_OF, [instance.0], |row| Ok(ActivityKey(row.get(0)?)))
    }

    fn pending_activities(&mut self) -> Result<Vec<(String, ActivityKey)>> {
        self.rows(sql::PENDING_ACTIVITIES, [], |row| Ok((row.get(0)?, ActivityKey(row.get(1)?))))
    }

    fn propagated(&mut self, key: InstanceKey) -> Result<Option<Bytes>> {
        self.row(sql::PROPAGATED, [key.0], |row| rows::blob(row, 0))
    }

    fn set_propagated(&mut self, key: InstanceKey, history: Option<Bytes>) -> Result<()> {
        match history {
            Some(history) => self.execute(sql::SET_PROPAGATED, params![key.0, history.as_ref()]),
            None => self.execute(sql::CLEAR_PROPAGATED, [key.0]),
        }
    }

    fn value(&mut self, key: &StateKey) -> Result<Option<StateValue>> {
        self.row(sql::VALUE, (&key.app, &key.store, &key.key), rows::state_value)
    }

    fn set_value(&mut self, key: &StateKey, value: &StateValue) -> Result<()> {
        let expires = value.expires.map(Time::nanos);
        self.execute(
            sql::SET_VALUE,
            params![key.app, key.store, key.key, value.data.as_ref(), value.etag, expires],
        )
    }

    fn delete_value(&mut self, key: &StateKey) -> Result<()> {
        self.execute(sql::DELETE_VALUE, (&key.app, &key.store, &key.key))
    }

    fn sweep_values(&mut self, now: Time) -> Result<()> {
        self.execute(sql::SWEEP_VALUES, [now.nanos()])
    }
}

fn store_error(error: &rusqlite::Error) -> StoreError {
    let detail = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full { detail },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            StoreError::ReadOnly { detail }
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged { detail },
        _ => StoreError::Other { detail },
    }
}
