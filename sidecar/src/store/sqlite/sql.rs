//! Every statement that the store runs while it serves. A test asks SQLite for the plan of each: at a million
//! instances none may read more rows than it answers with.

macro_rules! statements {
    ($($name:ident = $sql:literal;)*) => {
        $(pub(super) const $name: &str = $sql;)*
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

statements! {
    FIND = "SELECT key FROM instances WHERE app = ?1 AND id = ?2";
    INSTANCE = "SELECT app, id, name, execution_id, generation, status, held,
        created, updated, started, completed, custom_status, version,
        parent_app, parent_id, parent_execution_id, parent_task_id, start_seq, completed_seq
        FROM instances WHERE key = ?1";
    INSERT_INSTANCE = "INSERT INTO instances (app, id, name, execution_id, generation,
        status, held, created, updated, started, completed, custom_status, version,
        parent_app, parent_id, parent_execution_id, parent_task_id, start_seq, completed_seq, key)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";
    UPDATE_INSTANCE = "UPDATE instances SET app = ?1, id = ?2, name = ?3,
        execution_id = ?4, generation = ?5, status = ?6, held = ?7, created = ?8, updated = ?9, started = ?10,
        completed = ?11, custom_status = ?12, version = ?13, parent_app = ?14, parent_id = ?15,
        parent_execution_id = ?16, parent_task_id = ?17, start_seq = ?18, completed_seq = ?19
        WHERE key = ?20";
    DELETE_INSTANCE = "DELETE FROM instances WHERE key = ?1";
    IDS = "SELECT id FROM instances WHERE app = ?1 ORDER BY id LIMIT ?2";
    IDS_AFTER = "SELECT id FROM instances WHERE app = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
    INSTANCES_AFTER = "SELECT key FROM instances WHERE key > ?1 ORDER BY key LIMIT ?2";
    ENDED_BEFORE = "SELECT key FROM instances WHERE completed <= ?1 ORDER BY completed, key LIMIT ?2";
    STALLED = "SELECT key FROM instances WHERE app = ?1 AND status = 8 ORDER BY key";
    RUNNABLE = "SELECT app, key FROM instances
        WHERE key IN (SELECT DISTINCT instance FROM inbox) AND held = 0 AND status <> 8
        ORDER BY updated, key";

    HISTORY = "SELECT event FROM history WHERE instance = ?1 ORDER BY seq";
    HISTORY_EVENT = "SELECT event FROM history WHERE instance = ?1 AND seq = ?2";
    INSERT_HISTORY = "INSERT INTO history (instance, seq, event) VALUES (?1, ?2, ?3)";
    CLEAR_HISTORY = "DELETE FROM history WHERE instance = ?1";

    INBOX = "SELECT seq, event FROM inbox WHERE instance = ?1 ORDER BY seq LIMIT ?2";
    HAS_INBOX = "SELECT 1 FROM inbox WHERE instance = ?1 LIMIT 1";
    PUSH_INBOX = "INSERT INTO inbox (instance, seq, event)
        VALUES (?1, (SELECT coalesce(max(seq), 0) + 1 FROM inbox WHERE instance = ?1), ?2)";
    TRIM_INBOX = "DELETE FROM inbox WHERE instance = ?1 AND seq <= ?2";
    CLEAR_INBOX = "DELETE FROM inbox WHERE instance = ?1";

    INSERT_TIMER = "INSERT OR REPLACE INTO timers (instance, id, due) VALUES (?1, ?2, ?3)";
    DELETE_TIMER = "DELETE FROM timers WHERE instance = ?1 AND id = ?2";
    CLEAR_TIMERS = "DELETE FROM timers WHERE instance = ?1";
    DUE_TIMERS = "SELECT instance, id, due FROM timers WHERE due <= ?1 ORDER BY due, instance, id LIMIT ?2";
    NEXT_DUE = "SELECT min(due) FROM timers";

    INSERT_ACTIVITY = "INSERT INTO activities (app, instance, execution_id, task_id, event, propagated)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    ACTIVITY = "SELECT app, instance, execution_id, task_id, event, propagated FROM activities WHERE key = ?1";
    DELETE_ACTIVITY = "DELETE FROM activities WHERE key = ?1";
    CLEAR_ACTIVITIES = "DELETE FROM activities WHERE instance = ?1";
    ACTIVITIES_OF = "SELECT key FROM activities WHERE instance = ?1 ORDER BY key";
    PENDING_ACTIVITIES = "SELECT app, key FROM activities ORDER BY key";

    PROPAGATED = "SELECT history FROM propagated WHERE instance = ?1";
    SET_PROPAGATED = "INSERT OR REPLACE INTO propagated (instance, history) VALUES (?1, ?2)";
    CLEAR_PROPAGATED = "DELETE FROM propagated WHERE instance = ?1";

    VALUE = "SELECT data, etag, expires FROM state WHERE app = ?1 AND store = ?2 AND key = ?3";
    SET_VALUE = "INSERT OR REPLACE INTO state (app, store, key, data, etag, expires)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    DELETE_VALUE = "DELETE FROM state WHERE app = ?1 AND store = ?2 AND key = ?3";
    SWEEP_VALUES = "DELETE FROM state WHERE expires <= ?1";
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::super::schema;
    use super::ALL;

    /// What a start must read as a whole, once: all that waits.
    const READ_AT_THE_START: &[&str] = &["RUNNABLE", "PENDING_ACTIVITIES"];

    fn database() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection, 0).unwrap();
        connection
    }

    fn plan(connection: &Connection, sql: &str) -> Vec<String> {
        let mut explained = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        for number in 1..=explained.parameter_count() {
            explained.raw_bind_parameter(number, 1).unwrap();
        }
        let mut rows = explained.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            steps.push(row.get(3).unwrap());
        }
        steps
    }

    #[test]
    fn no_statement_reads_a_table_as_a_whole_or_sorts() {
        let connection = database();
        for (name, sql) in ALL.iter().filter(|(name, _)| !READ_AT_THE_START.contains(name)) {
            let plan = plan(&connection, sql);
            let bad = plan.iter().any(|step| step.contains("SCAN") && !step.contains("CONSTANT ROW"));
            let sorts = plan.iter().any(|step| step.contains("TEMP B-TREE"));
            assert!(!bad && !sorts, "{name}: {plan:?}");
        }
    }

    #[test]
    fn a_start_reads_what_waits_and_no_instance_that_rests() {
        let connection = database();
        let steps = plan(&connection, super::RUNNABLE);
        assert!(steps[0].starts_with("SEARCH instances USING INTEGER PRIMARY KEY"), "{steps:?}");
    }

    #[test]
    fn no_statement_changes_an_event_that_history_has() {
        let changes = |sql: &str| sql.starts_with("UPDATE") || sql.contains("OR REPLACE");
        let changed: Vec<_> =
            ALL.iter().filter(|(_, sql)| sql.contains("history (") && changes(sql)).collect();
        assert!(changed.is_empty(), "{changed:?}");
        let connection = database();
        let insert = || connection.execute(super::INSERT_HISTORY, (1, 0, b"event".as_slice()));
        insert().unwrap();
        insert().expect_err("an event took the place of another one");
    }
}
