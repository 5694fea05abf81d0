//! The tables, and how a file gets them.

use rusqlite::Connection;

/// Marks a file as ours: "DCAP" in `PRAGMA application_id`.
pub(super) const APPLICATION_ID: i64 = 0x4443_4150;

/// Each entry takes a file from the version of its index to the next; a released entry never changes.
const MIGRATIONS: &[&str] = &[VERSION_1, VERSION_2];

/// The newest version of the schema that this program knows.
pub(super) fn version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Brings a file of version `from` to the newest one, in one transaction.
pub(super) fn migrate(connection: &mut Connection, from: i64) -> rusqlite::Result<()> {
    let done = usize::try_from(from).unwrap_or(0);
    let transaction = connection.transaction()?;
    for migration in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", version())?;
    transaction.commit()
}

// Times are nanoseconds since 1970, statuses the numbers of the protocol, events encoded history events.
const VERSION_1: &str = "
CREATE TABLE instances (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    app TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    execution_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    status INTEGER NOT NULL,
    held INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    started INTEGER,
    completed INTEGER,
    custom_status TEXT,
    version TEXT,
    parent_app TEXT,
    parent_id TEXT,
    parent_execution_id TEXT,
    parent_task_id INTEGER,
    start_seq INTEGER,
    completed_seq INTEGER
) STRICT;
CREATE UNIQUE INDEX instances_by_address ON instances (app, id);
CREATE INDEX instances_stalled ON instances (app) WHERE status = 8;

CREATE TABLE history (
    instance INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    event BLOB NOT NULL,
    PRIMARY KEY (instance, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
    instance INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    event BLOB NOT NULL,
    PRIMARY KEY (instance, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE timers (
    instance INTEGER NOT NULL,
    id INTEGER NOT NULL,
    due INTEGER NOT NULL,
    PRIMARY KEY (instance, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX timers_by_due ON timers (due);

CREATE TABLE activities (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    instance INTEGER NOT NULL,
    execution_id TEXT NOT NULL,
    task_id INTEGER NOT NULL,
    event BLOB NOT NULL,
    propagated BLOB
) STRICT;
CREATE INDEX activities_by_instance ON activities (instance);

CREATE TABLE propagated (
    instance INTEGER PRIMARY KEY,
    history BLOB NOT NULL
) STRICT;

CREATE TABLE state (
    app TEXT NOT NULL,
    store TEXT NOT NULL,
    key TEXT NOT NULL,
    data BLOB NOT NULL,
    etag TEXT NOT NULL,
    expires INTEGER,
    PRIMARY KEY (app, store, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX state_by_expiry ON state (expires) WHERE expires IS NOT NULL;
";

// Activities can run in another app than their workflow. Instances that have ended are found by that time.
const VERSION_2: &str = "
ALTER TABLE activities ADD COLUMN app TEXT NOT NULL DEFAULT '';
UPDATE activities SET app = coalesce((SELECT app FROM instances WHERE key = instance), '');
CREATE INDEX instances_by_end ON instances (completed) WHERE completed IS NOT NULL;
";
