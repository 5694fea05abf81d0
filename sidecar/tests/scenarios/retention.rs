//! Instances that have ended are removed when they were kept long enough.

use std::time::Duration;

use dacapo_sidecar::core::{Command, Config};
use dacapo_sidecar::store::{Durability, MemoryStore, SqliteStore, Store};

use crate::common::*;
use crate::world::World;

const KEPT: u64 = 7 * 24 * 60 * 60;

fn each_store(scenario: impl Fn(&mut World)) {
    let mut config = Config::default();
    config.retain_completed = Some(Duration::from_secs(KEPT));
    let folder = tempfile::tempdir().unwrap();
    let file = SqliteStore::open(folder.path().join("test.db"), Durability::Normal).unwrap();
    let stores: [Box<dyn Store>; 2] = [Box::new(MemoryStore::new()), Box::new(file)];
    for store in stores {
        scenario(&mut World::with_store(store, config.clone()));
    }
}

#[test]
fn an_instance_is_kept_for_its_time_and_not_longer() {
    each_store(|world| {
        world.run("runs", vec![]);
        world.run("done", vec![task(0, "late"), complete(1, "1")]);
        world.advance(KEPT - 61);
        assert!(world.state("done").is_some());
        world.advance(61 + 60);
        assert!(world.state("done").is_none());
        assert!(world.state("runs").is_some(), "an instance that has not ended is never removed");
        world.idle();
    });
}

#[test]
fn the_sweep_needs_nobody_to_call() {
    each_store(|world| {
        world.run("done", vec![complete(0, "1")]);
        while world.core.next_due().is_some_and(|due| due <= dacapo_sidecar::core::Clock::now(&*world.clock))
        {
            world.commit();
        }
        let due = world.core.next_due().expect("the next sweep is known");
        assert!(due.since(dacapo_sidecar::core::Clock::now(&*world.clock)) <= Duration::from_secs(60));
    });
}

#[test]
fn more_instances_than_one_transaction_takes_are_all_removed() {
    each_store(|world| {
        for number in 0..1500 {
            world.run(&format!("i{number}"), vec![complete(0, "1")]);
        }
        world.advance(KEPT + 60);
        world.commit();
        let listed = world.call(Command::List(dacapo_proto::pb::ListInstanceIDsRequest::default()));
        let Ok(dacapo_sidecar::core::Reply::Listed(listed)) = listed else { panic!("{listed:?}") };
        assert!(listed.instance_ids.is_empty(), "{} are left", listed.instance_ids.len());
    });
}

#[test]
fn an_instance_that_was_created_again_is_kept_anew() {
    each_store(|world| {
        world.run("a", vec![complete(0, "1")]);
        world.advance(KEPT - 10);
        world.run("a", vec![complete(0, "2")]);
        world.advance(KEPT - 100);
        assert_eq!(world.state("a").unwrap().output.as_deref(), Some("2"));
    });
}
