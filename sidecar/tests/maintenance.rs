//! `vacuum`, `check` and `export`: a database file that no sidecar uses.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod common;

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;

use common::{complete, raise, request, task};
use dacapo_proto::{HistoryFile, pb};
use dacapo_sidecar::core::{self, Config, Core, RandomIds, SystemClock, Ticket, WorkerMemory};
use dacapo_sidecar::store::{Durability, SqliteStore};
use rusqlite::Connection;
use tempfile::TempDir;

/// A file with an instance that has ended and one that waits for an activity.
struct Kept {
    folder: TempDir,
}

impl Kept {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("orders.db"), Durability::Normal).unwrap();
        let mut core =
            Core::new(Box::new(store), Arc::new(SystemClock), Box::new(RandomIds), Config::default())
                .unwrap();
        let stream = core.open_stream("shop", WorkerMemory::None);
        for (id, actions) in [("done", vec![complete(0, "\"ok\"")]), ("runs", vec![task(0, "pay")])] {
            let start = core::Command::Start(request(id, "order"));
            core.execute(Ticket(0), "shop", core::Command::NoWait(Box::new(start)));
            core.commit();
            let item = core.take(stream).unwrap();
            let response = pb::WorkflowResponse {
                instance_id: id.into(),
                actions,
                completion_token: item.completion_token,
                ..pb::WorkflowResponse::default()
            };
            core.execute(Ticket(1), "shop", core::Command::CompleteWorkflow(response));
            core.commit();
        }
        core.execute(Ticket(2), "shop", core::Command::Raise(raise("runs", "e", "1")));
        core.commit();
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("orders.db")
    }

    fn change(&self, sql: &str) {
        Connection::open(self.path()).unwrap().execute_batch(sql).unwrap();
    }

    fn run(&self, command: &str) -> Output {
        let mut program = Command::new(env!("CARGO_BIN_EXE_dacapo-sidecar"));
        program.args([command, "--db"]).arg(self.path()).output().unwrap()
    }

    fn ok(&self, command: &str) -> String {
        let output = self.run(command);
        assert!(output.status.success(), "{}", String::from_utf8(output.stderr).unwrap());
        String::from_utf8(output.stdout).unwrap()
    }
}

#[test]
fn a_sound_file_is_called_sound() {
    let kept = Kept::new();
    assert!(kept.ok("check").ends_with("orders.db is sound\n"));
}

#[test]
fn rows_that_contradict_each_other_are_named() {
    let cases = [
        ("DELETE FROM history WHERE instance = 1 AND seq = 1", "the history of instance 'done' has gaps"),
        ("UPDATE instances SET start_seq = 77 WHERE id = 'runs'", "the start of instance 'runs' is missing"),
        (
            "UPDATE instances SET completed_seq = 9 WHERE id = 'done'",
            "the completion of instance 'done' is missing",
        ),
        (
            "DELETE FROM instances WHERE id = 'done'",
            "there is history of an instance that does not exist (key 1)",
        ),
        (
            "DELETE FROM instances WHERE id = 'runs'",
            "there are events for an instance that does not exist (key 2)",
        ),
        (
            "DELETE FROM instances WHERE id = 'runs'",
            "there are activities of an instance that does not exist (key 2)",
        ),
        (
            "INSERT INTO timers VALUES (9, 0, 0)",
            "there are timers of an instance that does not exist (key 9)",
        ),
        (
            "UPDATE history SET event = x'ffff' WHERE instance = 1 AND seq = 1",
            "event 1 in the history of instance key 1",
        ),
        ("UPDATE inbox SET event = x'ffff'", "event 1 in the inbox of instance key 2 is damaged"),
        ("UPDATE activities SET event = x'ffff'", "activity 1 of instance key 2 is damaged"),
    ];
    for (sql, expected) in cases {
        let kept = Kept::new();
        kept.change(sql);
        let output = kept.run("check");
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{sql}: {text}");
        assert!(text.contains(expected), "{sql}: {text}");
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(complaint.contains("restore a copy"), "{complaint}");
    }
}

#[test]
fn a_vacuum_makes_the_file_smaller_and_keeps_everything() {
    let kept = Kept::new();
    kept.change(
        "CREATE TABLE ballast (text TEXT);
         INSERT INTO ballast SELECT hex(zeroblob(1000)) FROM history a, history b, history c, history d;
         DROP TABLE ballast;",
    );
    let before = std::fs::metadata(kept.path()).unwrap().len();
    let exported = kept.ok("export");
    let said = kept.ok("vacuum");
    let after = std::fs::metadata(kept.path()).unwrap().len();
    assert!(after < before, "{before} -> {after}");
    assert!(said.contains(&format!("{before} bytes before, {after} bytes now")), "{said}");
    assert_eq!(kept.ok("export"), exported);
    kept.ok("check");
}

#[test]
fn an_export_has_a_line_for_every_instance() {
    let kept = Kept::new();
    let text = kept.ok("export");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let facts: Vec<_> =
        lines.iter().map(|line| ["app", "instanceId", "status"].map(|name| line[name].as_str())).collect();
    let expected = [["shop", "done", "COMPLETED"], ["shop", "runs", "RUNNING"]].map(|facts| facts.map(Some));
    assert_eq!(facts, expected);
    let history = HistoryFile::from_json(&lines[0]["history"].to_string()).unwrap();
    assert_eq!(history.events.len(), 3);
}

#[test]
fn a_file_in_use_is_left_alone() {
    let kept = Kept::new();
    let store = SqliteStore::open(kept.path(), Durability::Normal).unwrap();
    for command in ["vacuum", "check", "export"] {
        let output = kept.run(command);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{complaint}");
        assert!(complaint.contains(&format!("(process {})", std::process::id())), "{complaint}");
    }
    drop(store);
}
