//! What a core finds when it starts on a file that another one has left without a farewell.

use dacapo_proto::pb::{self, OrchestrationStatus};
use dacapo_sidecar::core::Command;
use dacapo_sidecar::store::{Durability, OpenError, SqliteStore};

use crate::common::*;
use crate::world::{START, World};

#[test]
fn everything_that_was_out_is_given_out_again() {
    let mut world = World::on_file();
    world.run("a", vec![task(0, "act"), timer(1, START + 60), child(2, "c", "")]);
    let lost_activity = world.activity();
    let lost_turn = world.turn();
    let mut world = world.restart();
    world.next_turn("a:0002", vec![complete(0, "c")]);
    let activity = world.activity();
    assert_ne!(activity.token, lost_activity.token);
    world.finish(&lost_activity, Ok("lost"));
    world.reply(&lost_turn, vec![complete(0, "lost")]);
    world.finish(&activity, Ok("1"));
    world.advance(60);
    let seen = world.next_turn("a", vec![complete(3, "1")]);
    assert_eq!(seen, ["turn", "child done(2) c", "done(0) 1", "fired(1)"]);
    world.idle();
}

#[test]
fn an_inbox_survives_a_turn_that_was_not_answered() {
    let mut world = World::on_file();
    world.start("a");
    world.call(Command::Raise(raise("a", "e", "1"))).unwrap();
    world.turn();
    let mut world = world.restart();
    assert_eq!(world.next_turn("a", vec![complete(0, "1")]), ["turn", "start \"in\"", "raised e 1"]);
    let mut world = world.restart();
    world.idle();
    assert_eq!(world.history("a").len(), 4);
    assert_eq!(world.state("a").unwrap().output.as_deref(), Some("1"));
}

#[test]
fn a_held_start_stays_held_and_a_stalled_instance_is_tried_again() {
    let mut world = World::on_file();
    let scheduled_start_timestamp = Some(prost_types::Timestamp { seconds: START + 60, nanos: 0 });
    let held = pb::CreateInstanceRequest { scheduled_start_timestamp, ..request("held", "w") };
    world.call(Command::Start(held)).unwrap();
    world.run("stalled", vec![version_not_available(0)]);
    let mut world = world.restart();
    world.next_turn("stalled", vec![complete(0, "1")]);
    world.idle();
    world.advance(60);
    world.next_turn("held", vec![]);
}

#[test]
fn facts_of_a_history_are_known_again() {
    let mut world = World::on_file();
    world.run("a", vec![task(0, "act"), event_timer(1, "e", START + 60), child(2, "c", "x")]);
    world.begin(Command::Suspend(suspend("a")));
    let mut world = world.restart();
    world.call(Command::Raise(raise("a", "E", "1"))).unwrap();
    world.next_turn("a", vec![task(0, "again")]);
    world.next_turn("x", vec![]);
    world.next_activity("act", Ok("1"));
    assert_eq!(world.status("a"), OrchestrationStatus::Running, "a used id is still known");
    world.advance(1);
    world.next_turn("a", vec![]);
    assert_eq!(world.status("a"), OrchestrationStatus::Suspended);
    assert_eq!(world.core.next_due(), None, "the event has disarmed the timer of its wait");
    world.begin(Command::Terminate(terminate("a", true)));
    world.next_turn("a", vec![]);
    assert_eq!(world.next_turn("x", vec![]), ["turn", "terminate"]);
}

#[test]
fn the_file_is_sound_and_belongs_to_one_core_at_a_time() {
    let mut world = World::on_file();
    world.run("a", vec![complete(0, "1")]);
    let path = world.path();
    let second = SqliteStore::open(&path, Durability::Full);
    let own = std::process::id();
    assert!(matches!(second, Err(OpenError::Locked { pid: Some(pid), .. }) if pid == own), "{second:?}");
    let folder = world.into_folder();
    let connection = rusqlite::Connection::open(&path).unwrap();
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    drop(folder);
}

/// A file as version 1 of the schema wrote it, with one of everything that must be found again.
#[test]
fn a_file_of_version_1_goes_on() {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/version-1.sqlite");
    let mut world = World::on_copy_of(fixture);
    let state = world.state("order-1").unwrap();
    assert_eq!(state.custom_status.as_deref(), Some("\"paying\""));
    assert_eq!(world.next_turn("order-1", vec![]), ["turn", "raised approved true"]);
    world.next_turn("order-1:0002", vec![complete(0, "\"shipped\"")]);
    world.next_activity("pay", Ok("\"paid\""));
    world.advance(60);
    let seen = world.next_turn("order-1", vec![complete(3, "1")]);
    assert_eq!(seen, ["turn", "child done(2) \"shipped\"", "done(0) \"paid\"", "fired(1)"]);
    assert_eq!(crate::state::value(&mut world, "cars"), "100");
}
