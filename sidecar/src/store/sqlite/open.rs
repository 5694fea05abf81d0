//! Opening a file: whose it is, whether we may have it, and the settings of the connection.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{Durability, schema};

/// Why a database file could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another process has the file open.
    #[error(
        "the database {path} is in use by another sidecar{}; stop it or choose another file",
        .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
    )]
    Locked {
        /// The file.
        path: PathBuf,
        /// The process that holds it, when known.
        pid: Option<u32>,
    },
    /// The file belongs to something else.
    #[error("{path} is not a database of dacapo-sidecar; nothing was changed in it, choose another file")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer program.
    #[error(
        "the database {path} has schema version {found}, this program knows up to {known}; \
         use the newer dacapo-sidecar that wrote it"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version found in the file.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The file is damaged.
    #[error("the database {path} is damaged ({detail}); restore a copy of it or choose another file")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// The file or its folder cannot be read or written.
    #[error(
        "the database {path} cannot be opened for writing ({detail}); check that its folder exists and \
         that you may write there"
    )]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
}

/// Opens or creates the database; the returned file is the lock and must live as long as the connection.
pub(super) fn open(path: &Path, durability: Durability) -> Result<(Connection, File), OpenError> {
    let lock = lock(path)?;
    let connection = connect(path, durability).map_err(|error| match error {
        Problem::Open(error) => error,
        Problem::Sqlite(error) => classify(path, &error),
    })?;
    Ok((connection, lock))
}

enum Problem {
    Open(OpenError),
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

fn connect(path: &Path, durability: Durability) -> Result<Connection, Problem> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    let version = check_owner(&connection, path)?;
    if connection.is_readonly(rusqlite::MAIN_DB)? {
        return Err(Problem::Open(unwritable(path, "the file is read-only")));
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    if version < schema::version() {
        schema::migrate(&mut connection, version)?;
    }
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// The schema version of the file, 0 for a new one; nothing is written before this is known.
fn check_owner(connection: &Connection, path: &Path) -> Result<i64, Problem> {
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let owner = number("application_id")?;
    let found = number("user_version")?;
    if owner == 0 && found == 0 && tables == 0 {
        return Ok(0);
    }
    if owner != schema::APPLICATION_ID {
        return Err(Problem::Open(OpenError::Foreign { path: path.into() }));
    }
    let known = schema::version();
    if found > known {
        return Err(Problem::Open(OpenError::Newer { path: path.into(), found, known }));
    }
    Ok(found)
}

fn lock(path: &Path) -> Result<File, OpenError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(name);
    let mut file = open.map_err(|error| unwritable(path, &error.to_string()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(OpenError::Locked { path: path.into(), pid: read_pid(&mut file) });
        }
        Err(TryLockError::Error(error)) => return Err(unwritable(path, &error.to_string())),
    }
    write_pid(&mut file).map_err(|error| unwritable(path, &error.to_string()))?;
    Ok(file)
}

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn write_pid(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn unwritable(path: &Path, detail: &str) -> OpenError {
    OpenError::Unwritable { path: path.into(), detail: detail.into() }
}

fn classify(path: &Path, error: &rusqlite::Error) -> OpenError {
    let detail = error.to_string();
    match error.sqlite_error_code() {
        // A file that SQLite cannot read at all is more likely somebody's document than our wreck.
        Some(ErrorCode::NotADatabase) => OpenError::Foreign { path: path.into() },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            OpenError::Locked { path: path.into(), pid: None }
        }
        Some(ErrorCode::DatabaseCorrupt) => OpenError::Damaged { path: path.into(), detail },
        _ => unwritable(path, &detail),
    }
}
