//! Looking for damage: SQLite's own, and rows that contradict each other.

use prost::Message as _;

use super::{SqliteStore, store_error};
use crate::store::Result;

/// How many problems are named; a file with more is lost anyway.
const NAMED_MAX: usize = 100;

/// Rows that must not exist, and what each of them means.
const CONTRADICTIONS: &[(&str, &str)] = &[
    (
        "SELECT id FROM instances i WHERE (SELECT count(*) FROM history WHERE instance = key)
            <> (SELECT coalesce(max(seq) + 1, 0) FROM history WHERE instance = key)",
        "the history of instance {} has gaps",
    ),
    (
        "SELECT id FROM instances WHERE start_seq IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM history WHERE instance = key AND seq = start_seq)",
        "the start of instance {} is missing",
    ),
    (
        "SELECT id FROM instances WHERE completed_seq IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM history WHERE instance = key AND seq = completed_seq)",
        "the completion of instance {} is missing",
    ),
    (
        "SELECT DISTINCT instance FROM history WHERE instance NOT IN (SELECT key FROM instances)",
        "there is history of an instance that does not exist (key {})",
    ),
    (
        "SELECT DISTINCT instance FROM inbox WHERE instance NOT IN (SELECT key FROM instances)",
        "there are events for an instance that does not exist (key {})",
    ),
    (
        "SELECT DISTINCT instance FROM timers WHERE instance NOT IN (SELECT key FROM instances)",
        "there are timers of an instance that does not exist (key {})",
    ),
    (
        "SELECT DISTINCT instance FROM activities WHERE instance NOT IN (SELECT key FROM instances)",
        "there are activities of an instance that does not exist (key {})",
    ),
];

/// The columns that hold encoded events.
const EVENTS: &[(&str, &str)] = &[
    ("SELECT instance, seq, event FROM history", "event {} in the history of instance key {} is damaged"),
    ("SELECT instance, seq, event FROM inbox", "event {} in the inbox of instance key {} is damaged"),
    ("SELECT instance, key, event FROM activities", "activity {} of instance key {} is damaged"),
];

impl SqliteStore {
    /// What is wrong with the file, a sentence each; nothing when it is sound.
    ///
    /// # Errors
    /// The file cannot be read at all.
    pub fn check(&mut self) -> Result<Vec<String>> {
        let mut problems: Vec<String> = self.rows("PRAGMA integrity_check", [], |row| row.get(0))?;
        problems.retain(|problem| problem != "ok");
        for (sql, meaning) in CONTRADICTIONS {
            let found: Vec<rusqlite::types::Value> = self.rows(sql, [], |row| row.get(0))?;
            problems.extend(found.iter().take(NAMED_MAX).map(|value| meaning.replace("{}", &shown(value))));
        }
        for (sql, meaning) in EVENTS {
            self.check_events(sql, meaning, &mut problems)?;
        }
        problems.truncate(NAMED_MAX);
        Ok(problems)
    }

    fn check_events(&self, sql: &str, meaning: &str, problems: &mut Vec<String>) -> Result<()> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query([]).map_err(|error| store_error(&error))?;
        while let Some(row) = rows.next().map_err(|error| store_error(&error))? {
            let read = || Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Vec<u8>>(2)?));
            let (instance, place, event) = read().map_err(|error| store_error(&error))?;
            if dacapo_proto::pb::HistoryEvent::decode(event.as_slice()).is_err() {
                let text = meaning.replacen("{}", &place.to_string(), 1);
                problems.push(text.replacen("{}", &instance.to_string(), 1));
            }
        }
        Ok(())
    }
}

fn shown(value: &rusqlite::types::Value) -> String {
    match value {
        rusqlite::types::Value::Text(text) => format!("'{text}'"),
        rusqlite::types::Value::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}
