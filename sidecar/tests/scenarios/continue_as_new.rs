//! Continue-as-new: a new generation, and what the old one leaves behind.

use dacapo_proto::pb::{self, HistoryEvent, OrchestrationStatus};
use dacapo_sidecar::core::Command;

use crate::common::*;
use crate::world::{START, each_store};

#[test]
fn the_new_generation_starts_from_nothing_with_what_it_was_given() {
    each_store(|world| {
        world.start("a");
        world.call(Command::Raise(raise("a", "E1", "1"))).unwrap();
        world.call(Command::Raise(raise("a", "e2", "2"))).unwrap();
        let turn = world.turn();
        let carryover: Vec<HistoryEvent> = turn.request.new_events[2..].to_vec();
        world.call(Command::Raise(raise("a", "e3", "3"))).unwrap();
        let work = vec![task(0, "lost"), timer(1, START), continue_as_new(2, "\"next\"", carryover)];
        world.reply(&turn, work);
        assert_eq!(world.status("a"), OrchestrationStatus::Running);
        let next = world.turn();
        assert!(next.request.past_events.is_empty());
        assert_ne!(next.request.execution_id, turn.request.execution_id);
        let expected = ["turn", "start \"next\"", "raised E1 1", "raised e2 2", "raised e3 3"];
        assert_eq!(words(&next.request.new_events), expected);
        assert_eq!(next.request.new_events[2], turn.request.new_events[2]);
        world.reply(&next, vec![complete(0, "1")]);
        world.idle();
        assert_eq!(world.history("a").len(), 6);
        assert_eq!(world.state("a").unwrap().input.as_deref(), Some("\"next\""));
    });
}

#[test]
fn results_of_the_old_generation_are_dropped() {
    each_store(|world| {
        world.run("a", vec![task(0, "old"), timer(1, START + 5), child(2, "c", "")]);
        let old = world.activity();
        let old_child = world.turn();
        world.call(Command::Raise(raise("a", "go", "1"))).unwrap();
        world.next_turn("a", vec![continue_as_new(3, "1", vec![])]);
        world.next_turn("a", vec![task(0, "new"), timer(1, START + 9), child(2, "c", "b")]);
        world.finish(&old, Ok("old"));
        world.reply(&old_child, vec![complete(0, "old")]);
        world.advance(5);
        world.next_activity("new", Ok("new"));
        world.next_turn("b", vec![]);
        assert_eq!(world.next_turn("a", vec![]), ["turn", "done(0) new"]);
        world.advance(4);
        assert_eq!(world.next_turn("a", vec![]), ["turn", "fired(1)"]);
        world.idle();
    });
}

#[test]
fn a_result_that_arrived_before_the_new_generation_is_dropped() {
    each_store(|world| {
        world.run("a", vec![task(0, "old")]);
        let old = world.activity();
        world.call(Command::Raise(raise("a", "go", "1"))).unwrap();
        let turn = world.turn();
        world.finish(&old, Ok("old"));
        world.reply(&turn, vec![continue_as_new(1, "1", vec![])]);
        assert_eq!(world.next_turn("a", vec![task(0, "new")]), ["turn", "start 1"]);
    });
}

#[test]
fn a_child_that_the_old_generation_left_running_blocks_its_id() {
    each_store(|world| {
        world.run("a", vec![child(0, "c", "")]);
        world.next_turn("a:0000", vec![]);
        world.call(Command::Raise(raise("a", "go", "1"))).unwrap();
        world.next_turn("a", vec![continue_as_new(1, "1", vec![])]);
        world.next_turn("a", vec![child(0, "c", "")]);
        let seen = world.next_turn("a", vec![]);
        assert_eq!(seen, ["turn", "child failed(0) WorkflowInstanceAlreadyExists"]);
    });
}

#[test]
fn twenty_five_generations_in_a_row_are_no_problem() {
    each_store(|world| {
        world.start("a");
        for generation in 0..25 {
            let input = format!("{generation}");
            world.next_turn("a", vec![continue_as_new(0, &input, vec![])]);
        }
        assert_eq!(world.next_turn("a", vec![complete(0, "1")]), ["turn", "start 24"]);
    });
}

#[test]
fn a_parent_hears_once_from_the_last_generation_of_its_child() {
    each_store(|world| {
        world.run("p", vec![child(0, "c", "x")]);
        world.next_turn("x", vec![continue_as_new(0, "1", vec![])]);
        world.next_turn("x", vec![complete(0, "2")]);
        assert_eq!(world.next_turn("p", vec![]), ["turn", "child done(0) 2"]);
        world.idle();
    });
}

#[test]
fn terminate_wins_over_continue_as_new_in_the_same_turn() {
    each_store(|world| {
        world.start("a");
        world.begin(Command::Terminate(terminate("a", false)));
        world.next_turn("a", vec![continue_as_new(0, "1", vec![])]);
        assert_eq!(world.history("a").last().unwrap(), "end(-1) Terminated \"ended\"");
        world.idle();
    });
}

#[test]
fn the_custom_status_of_the_last_turn_stays_and_a_start_carried_over_is_dropped() {
    each_store(|world| {
        world.start("a");
        let turn = world.turn();
        let carryover = turn.request.new_events.clone();
        world.respond(pb::WorkflowResponse {
            instance_id: "a".into(),
            actions: vec![continue_as_new(0, "1", carryover)],
            custom_status: Some("\"busy\"".into()),
            completion_token: turn.token,
            ..pb::WorkflowResponse::default()
        });
        assert_eq!(world.state("a").unwrap().custom_status.as_deref(), Some("\"busy\""));
        assert_eq!(world.next_turn("a", vec![]), ["turn", "start 1"]);
    });
}
