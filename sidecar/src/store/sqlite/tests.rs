//! A database that cannot be written, under a core that goes on.

use std::sync::Arc;

use dacapo_proto::pb;
use rusqlite::Connection;
use tempfile::TempDir;

use super::{Durability, SqliteStore};
use crate::core::{Code, Command, Config, Core, RandomIds, Rejection, Reply, SystemClock, Ticket};

fn store(folder: &TempDir) -> SqliteStore {
    SqliteStore::open(folder.path().join("test.db"), Durability::Normal).unwrap()
}

fn core(store: SqliteStore) -> Core {
    Core::new(Box::new(store), Arc::new(SystemClock), Box::new(RandomIds), Config::default()).unwrap()
}

fn call(core: &mut Core, command: Command) -> Result<Reply, Rejection> {
    core.execute(Ticket(0), "shop", Command::NoWait(Box::new(command)));
    core.commit().pop().expect("the command is answered").1
}

fn start(core: &mut Core, number: usize) -> Result<Reply, Rejection> {
    let request = pb::CreateInstanceRequest {
        instance_id: format!("i{number}"),
        name: "w".into(),
        input: Some("x".repeat(10_000)),
        ..pb::CreateInstanceRequest::default()
    };
    call(core, Command::Start(request))
}

fn exists(core: &mut Core, number: usize) -> bool {
    let get = pb::GetInstanceRequest { instance_id: format!("i{number}"), ..Default::default() };
    match call(core, Command::Get(get)) {
        Ok(Reply::Instance(instance)) => instance.exists,
        other => panic!("expected an instance, got {other:?}"),
    }
}

#[test]
fn a_full_disk_refuses_and_keeps_what_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let small = store(&folder);
    small.connection.pragma_update(None, "max_page_count", 100).unwrap();
    let mut core = core(small);
    let written = (0..1000).take_while(|number| start(&mut core, *number).is_ok()).count();
    assert!((1..100).contains(&written), "{written}");
    let refused = start(&mut core, written).unwrap_err();
    assert_eq!(refused.code, Code::ResourceExhausted);
    assert!(refused.message.contains("free some space and try again"), "{refused}");
    assert!((0..written).all(|number| exists(&mut core, number)));
    assert!(!exists(&mut core, written));
    drop(core);
    let mut core = self::core(store(&folder));
    assert!((0..written).all(|number| exists(&mut core, number)));
    start(&mut core, written).unwrap();
}

#[test]
fn a_file_that_became_read_only_refuses_and_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut writable = core(store(&folder));
    start(&mut writable, 0).unwrap();
    drop(writable);
    let read_only = store(&folder);
    read_only.connection.pragma_update(None, "query_only", true).unwrap();
    let mut core = core(read_only);
    let refused = start(&mut core, 1).unwrap_err();
    assert_eq!(refused.code, Code::Unavailable);
    assert!(refused.message.contains("check the permissions of the file"), "{refused}");
    assert!(exists(&mut core, 0) && !exists(&mut core, 1));
}

#[test]
fn a_migration_takes_an_older_file_to_the_newest_version_and_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/version-1.sqlite"), &path).unwrap();
    let tables = |path: &std::path::Path| {
        let file = Connection::open(path).unwrap();
        let mut names = file.prepare("SELECT type || ' ' || name FROM sqlite_schema ORDER BY 1").unwrap();
        let names = names.query_map([], |row| row.get::<_, String>(0)).unwrap();
        names.map(Result::unwrap).collect::<Vec<_>>()
    };
    drop(store(&folder));
    let migrated = tables(&path);
    drop(store(&folder));
    assert_eq!(tables(&path), migrated);
    let new = tempfile::tempdir().unwrap();
    drop(store(&new));
    assert_eq!(tables(&new.path().join("test.db")), migrated);
}
