//! Database files and ports that a sidecar cannot have, and what it says about them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::path::Path;

use dacapo_sidecar::store::{Durability, OpenError, SqliteStore};
use dacapo_sidecar::{Sidecar, SidecarError};
use rusqlite::Connection;

fn open(path: &Path) -> OpenError {
    SqliteStore::open(path, Durability::Full).expect_err("the file was opened")
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')").unwrap();
    drop(other);
    let before = std::fs::read(&path).unwrap();
    let error = open(&path);
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
    assert!(error.to_string().contains("other.db"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    let text = "Dear reader, ".repeat(100);
    std::fs::write(&path, &text).unwrap();
    let error = open(&path);
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_newer_schema_is_refused_and_names_both_versions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("newer.db");
    drop(SqliteStore::open(&path, Durability::Full).unwrap());
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 999).unwrap();
    drop(newer);
    let error = open(&path);
    assert!(matches!(error, OpenError::Newer { found: 999, known: 2, .. }), "{error}");
    assert!(error.to_string().contains("999"), "{error}");
}

#[test]
fn a_damaged_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.db");
    drop(SqliteStore::open(&path, Durability::Full).unwrap());
    let mut bytes = std::fs::read(&path).unwrap();
    // The first page holds the schema, behind a header of 100 bytes that stays intact.
    bytes[100..4096].fill(0xEE);
    std::fs::write(&path, bytes).unwrap();
    let error = open(&path);
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
}

#[test]
fn a_path_that_cannot_be_written_says_what_to_check() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("missing/orders.db"), folder.path().to_path_buf()] {
        let error = open(&path);
        assert!(matches!(error, OpenError::Unwritable { .. }), "{error}");
        assert!(error.to_string().contains("check that its folder exists"), "{error}");
    }
}

#[test]
fn a_closed_file_can_be_opened_again_and_keeps_its_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    drop(SqliteStore::open(&path, Durability::Full).unwrap());
    drop(SqliteStore::open(&path, Durability::Normal).unwrap());
    let connection = Connection::open(&path).unwrap();
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((pragma("application_id"), pragma("user_version")), (0x4443_4150, 2));
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let first = Sidecar::builder().in_memory().start().await.unwrap();
    let port = first.address().port();
    let error = Sidecar::builder().in_memory().port(port).start().await.unwrap_err();
    assert!(matches!(error, SidecarError::PortInUse { .. }), "{error}");
    assert!(error.to_string().contains(&format!("port {port} is already in use")), "{error}");
    first.shutdown().await;
}

#[tokio::test]
async fn a_file_in_use_is_refused_and_free_after_a_shutdown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let first = Sidecar::builder().database(&path).start().await.unwrap();
    let error = Sidecar::builder().database(&path).start().await.unwrap_err();
    let expected = format!("(process {})", std::process::id());
    assert!(error.to_string().contains(&expected), "{error}");
    first.shutdown().await;
    // One that is only dropped frees the file as well.
    drop(Sidecar::builder().database(&path).start().await.unwrap());
    Sidecar::builder().database(&path).start().await.unwrap().shutdown().await;
}
