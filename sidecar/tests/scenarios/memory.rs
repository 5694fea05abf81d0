//! Workers that remember histories are sent only what is new.

use dacapo_proto::pb;
use dacapo_sidecar::core::{Command, WorkerMemory};

use crate::common::*;
use crate::world::{APP, Turn, World, each_store};

/// How many events a turn leaves out, and the ones it carries.
fn delta(turn: &Turn) -> (Option<i32>, Vec<String>) {
    let count = turn.request.cached_history.map(|cached| cached.event_count);
    (count, words(&decode(&turn.request.past_events)))
}

fn remembering(world: &mut World) {
    world.core.close_stream(world.stream);
    world.stream = world.core.open_stream(APP, WorkerMemory::Histories);
}

fn raised(world: &mut World) -> Turn {
    world.call(Command::Raise(raise("a", "e", "1"))).unwrap();
    world.turn()
}

#[test]
fn a_turn_carries_what_was_added_since_the_last_one_on_its_stream() {
    each_store(|world| {
        remembering(world);
        world.run("a", vec![]);
        let second = raised(world);
        assert_eq!(delta(&second), (None, vec!["turn".into(), "start \"in\"".into()]));
        world.reply(&second, vec![task(0, "act")]);
        let third = raised_behind_activity(world);
        let added = ["turn", "raised e 1", "task(0) act"].map(String::from);
        assert_eq!(delta(&third), (Some(2), added.to_vec()));
        world.reply(&third, vec![]);
    });
}

/// The next turn, where an activity waits before it.
fn raised_behind_activity(world: &mut World) -> Turn {
    world.next_activity("act", Ok("1"));
    world.turn()
}

#[test]
fn a_turn_that_was_not_taken_is_given_out_with_nothing_added() {
    each_store(|world| {
        remembering(world);
        world.run("a", vec![]);
        let second = raised(world);
        world.reply(&second, vec![pb::WorkflowAction::default()]);
        world.advance(1);
        assert_eq!(delta(&world.turn()), (Some(2), vec![]));
    });
}

#[test]
fn another_stream_and_another_execution_get_the_whole_history() {
    each_store(|world| {
        remembering(world);
        world.run("a", vec![]);
        let second = raised(world);
        world.reply(&second, vec![]);
        raised(world);
        remembering(world);
        let fourth = world.turn();
        assert_eq!(delta(&fourth).0, None);
        assert_eq!(fourth.request.past_events.len(), 4);
        world.reply(&fourth, vec![continue_as_new(0, "1", vec![])]);
        world.next_turn("a", vec![]);
        assert_eq!(delta(&raised(world)), (None, vec!["turn".into(), "start 1".into()]));
    });
}

#[test]
fn a_worker_without_memory_gets_the_whole_history() {
    each_store(|world| {
        world.run("a", vec![]);
        let second = raised(world);
        world.reply(&second, vec![]);
        let third = raised(world);
        assert_eq!((delta(&third).0, third.request.past_events.len()), (None, 4));
    });
}
