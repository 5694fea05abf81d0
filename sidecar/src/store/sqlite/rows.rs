//! Rows to columns and back.

use bytes::Bytes;
use dacapo_proto::pb::OrchestrationStatus;
use rusqlite::{CachedStatement, Row, params};

use super::store_error;
use crate::core::Time;
use crate::store::{Activity, Instance, InstanceKey, Parent, Result, StateValue, Timer};

/// Binds one row to the statement that inserts or updates it; without a key SQLite gives the next one.
pub(super) fn write_instance(
    statement: &mut CachedStatement<'_>,
    row: &Instance,
    key: Option<InstanceKey>,
) -> Result<()> {
    let parent = row.parent.as_ref();
    let written = statement.execute(params![
        row.app,
        row.id,
        row.name,
        row.execution_id,
        row.generation,
        row.status as i32,
        row.held,
        row.created.nanos(),
        row.updated.nanos(),
        row.started.map(Time::nanos),
        row.completed.map(Time::nanos),
        row.custom_status,
        row.version,
        parent.map(|parent| &parent.app),
        parent.map(|parent| &parent.id),
        parent.map(|parent| &parent.execution_id),
        parent.map(|parent| parent.task_id),
        row.start_seq,
        row.completed_seq,
        key.map(|key| key.0),
    ]);
    written.map_err(|error| store_error(&error))?;
    Ok(())
}

pub(super) fn instance(row: &Row<'_>) -> rusqlite::Result<Instance> {
    Ok(Instance {
        app: row.get(0)?,
        id: row.get(1)?,
        name: row.get(2)?,
        execution_id: row.get(3)?,
        generation: row.get(4)?,
        status: OrchestrationStatus::try_from(row.get::<_, i32>(5)?).unwrap_or(OrchestrationStatus::Running),
        held: row.get(6)?,
        created: time(row, 7)?,
        updated: time(row, 8)?,
        started: maybe_time(row, 9)?,
        completed: maybe_time(row, 10)?,
        custom_status: row.get(11)?,
        version: row.get(12)?,
        parent: parent(row)?,
        start_seq: row.get(17)?,
        completed_seq: row.get(18)?,
    })
}

fn parent(row: &Row<'_>) -> rusqlite::Result<Option<Parent>> {
    let Some(app) = row.get(13)? else { return Ok(None) };
    Ok(Some(Parent { app, id: row.get(14)?, execution_id: row.get(15)?, task_id: row.get(16)? }))
}

pub(super) fn instance_key(row: &Row<'_>) -> rusqlite::Result<InstanceKey> {
    Ok(InstanceKey(row.get(0)?))
}

pub(super) fn timer(row: &Row<'_>) -> rusqlite::Result<Timer> {
    Ok(Timer { instance: InstanceKey(row.get(0)?), id: row.get(1)?, due: time(row, 2)? })
}

pub(super) fn activity(row: &Row<'_>) -> rusqlite::Result<Activity> {
    Ok(Activity {
        app: row.get(0)?,
        instance: InstanceKey(row.get(1)?),
        execution_id: row.get(2)?,
        task_id: row.get(3)?,
        event: blob(row, 4)?,
        propagated: row.get::<_, Option<Vec<u8>>>(5)?.map(Bytes::from),
    })
}

pub(super) fn state_value(row: &Row<'_>) -> rusqlite::Result<StateValue> {
    Ok(StateValue { data: blob(row, 0)?, etag: row.get(1)?, expires: maybe_time(row, 2)? })
}

pub(super) fn blob(row: &Row<'_>, column: usize) -> rusqlite::Result<Bytes> {
    Ok(Bytes::from(row.get::<_, Vec<u8>>(column)?))
}

pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Time> {
    Ok(Time::from_nanos(row.get(column)?))
}

pub(super) fn maybe_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Time>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Time::from_nanos))
}

/// A limit as SQLite takes it.
pub(super) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
