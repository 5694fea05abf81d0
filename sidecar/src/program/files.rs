//! What can be done with a database file that no sidecar uses.

use dacapo_proto::{HistoryFile, pb::OrchestrationStatus};
use dacapo_sidecar::store::{Durability, InstanceKey, SqliteStore, Store as _};
use serde_json::json;

use super::Failure;
use super::arguments::DatabaseFile;
use super::out::line;

/// How many instances are read at once.
const PAGE: usize = 1000;

/// Opens a file that must be there: a mistyped name is no reason to make a new one.
fn open(file: &DatabaseFile) -> Result<SqliteStore, Failure> {
    let path = &file.db;
    if !path.exists() {
        return Err(format!("there is no database {}; check the name", path.display()).into());
    }
    Ok(SqliteStore::open(path, Durability::Full)?)
}

fn size(file: &DatabaseFile) -> std::io::Result<u64> {
    Ok(std::fs::metadata(&file.db)?.len())
}

pub(super) fn vacuum(file: &DatabaseFile) -> Result<(), Failure> {
    let before = size(file)?;
    open(file)?.vacuum()?;
    let after = size(file)?;
    line(&format!("{}: {before} bytes before, {after} bytes now", file.db.display()))?;
    Ok(())
}

pub(super) fn check(file: &DatabaseFile) -> Result<(), Failure> {
    let path = file.db.display();
    let problems = open(file)?.check()?;
    for problem in &problems {
        line(&format!("{path}: {problem}"))?;
    }
    if problems.is_empty() {
        line(&format!("{path} is sound"))?;
        return Ok(());
    }
    let count = problems.len();
    Err(format!("{path} has {count} problems; restore a copy of the file or start with a new one").into())
}

pub(super) fn export(file: &DatabaseFile) -> Result<(), Failure> {
    let mut store = open(file)?;
    let mut after = InstanceKey(0);
    loop {
        let page = store.instances_after(after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = *last;
        for key in page {
            if let Some(text) = exported(&mut store, key)? {
                line(&text)?;
            }
        }
    }
}

/// One instance: what is known of it beside its history, and the history in the format of `wf export`.
fn exported(store: &mut SqliteStore, key: InstanceKey) -> Result<Option<String>, Failure> {
    let Some(row) = store.instance(key)? else { return Ok(None) };
    let history = HistoryFile::of_encoded(&row.id, store.history(key)?)?;
    let history: serde_json::Value = serde_json::from_str(&history.to_json())?;
    let line = json!({
        "app": row.app,
        "instanceId": row.id,
        "name": row.name,
        "status": short_status(row.status),
        "customStatus": row.custom_status,
        "history": history,
    });
    Ok(Some(line.to_string()))
}

/// The name of a status without the prefix that all have.
pub(super) fn short_status(status: OrchestrationStatus) -> &'static str {
    status.as_str_name().trim_start_matches("ORCHESTRATION_STATUS_")
}
