//! Creating instances: every row of the table of what an id may be used for.

use dacapo_proto::pb::{self, OrchestrationStatus};
use dacapo_sidecar::core::{Code, Command, INSTANCE_ID_BYTES_MAX, Reply};
use prost_types::Timestamp;

use crate::common::*;
use crate::world::{START, World, each_store};

fn scheduled(id: &str, seconds: i64) -> Command {
    let scheduled_start_timestamp = Some(Timestamp { seconds, nanos: 0 });
    Command::Start(pb::CreateInstanceRequest { scheduled_start_timestamp, ..request(id, "w") })
}

#[test]
fn a_start_is_answered_after_the_first_turn() {
    each_store(|world| {
        let ticket = world.begin(Command::Start(request("a", "w")));
        assert_eq!(world.answer(ticket), None);
        world.next_turn("a", vec![]);
        let started = pb::CreateInstanceResponse { instance_id: "a".into() };
        assert_eq!(world.answer(ticket), Some(Ok(Reply::Started(started))));
    });
}

#[test]
fn an_empty_id_becomes_a_random_one() {
    each_store(|world| {
        let ticket = world.begin(Command::Start(request("", "w")));
        let turn = world.turn();
        assert_eq!(turn.request.instance_id.len(), 36);
        world.reply(&turn, vec![]);
        let started = pb::CreateInstanceResponse { instance_id: turn.request.instance_id };
        assert_eq!(world.answer(ticket), Some(Ok(Reply::Started(started))));
    });
}

#[test]
fn ids_that_dapr_cannot_address_are_refused() {
    each_store(|world| {
        let longest = "x".repeat(INSTANCE_ID_BYTES_MAX);
        world.start(&longest);
        let long = "x".repeat(INSTANCE_ID_BYTES_MAX + 1);
        for id in ["a::b", "a||b", "a:", &long] {
            let (code, message) = world.refused(Command::Start(request(id, "w")));
            assert_eq!(code, Code::InvalidArgument, "{id}");
            assert!(message.contains("choose another one"), "{message}");
        }
    });
}

#[test]
fn what_dapr_ignores_in_a_request_is_ignored() {
    each_store(|world| {
        let start = pb::CreateInstanceRequest {
            version: Some("9".into()),
            execution_id: Some("mine".into()),
            tags: [("k".to_owned(), "v".to_owned())].into(),
            ..request("a", "w")
        };
        world.call(Command::NoWait(Box::new(Command::Start(start)))).unwrap();
        let turn = world.turn();
        let Some(pb::history_event::EventType::ExecutionStarted(start)) =
            turn.request.new_events[1].event_type.clone()
        else {
            panic!("no start")
        };
        assert_eq!((start.version, start.tags.len()), (None, 0));
        assert_ne!(turn.request.execution_id.as_deref(), Some("mine"));
    });
}

#[test]
fn an_id_in_use_is_refused() {
    each_store(|world| {
        let expected = (Code::AlreadyExists, "an active workflow with ID 'a' already exists".to_owned());
        world.start("a");
        assert_eq!(world.refused(Command::Start(request("a", "w"))), expected);
        world.next_turn("a", vec![]);
        assert_eq!(world.refused(Command::Start(request("a", "w"))), expected);
    });
}

#[test]
fn an_ended_instance_makes_room_for_a_new_one() {
    each_store(|world| {
        world.run("a", vec![complete(0, "1")]);
        let first = world.state("a").unwrap();
        world.advance(1);
        world.start("a");
        let state = world.state("a").unwrap();
        assert_eq!(state.workflow_status(), OrchestrationStatus::Pending);
        assert_eq!((state.output, state.completed_timestamp), (None, None));
        assert_ne!(state.created_timestamp, first.created_timestamp);
        assert_eq!(world.history("a"), Vec::<String>::new());
        world.next_turn("a", vec![complete(0, "2")]);
        assert_eq!(world.history("a"), ["turn", "start \"in\"", "end(0) Completed 2"]);
    });
}

#[test]
fn an_enforced_unique_id_is_never_used_again() {
    each_store(|world| {
        world.run("a", vec![complete(0, "1")]);
        let unique = pb::CreateInstanceRequest { enforce_unique_instance_id: true, ..request("a", "w") };
        let message = "a workflow with ID 'a' already exists and the create enforces instance ID uniqueness";
        assert_eq!(world.refused(Command::Start(unique)), (Code::AlreadyExists, message.to_owned()));
    });
}

#[test]
fn an_ended_instance_with_an_unanswered_activity_stays() {
    each_store(|world| {
        world.run("a", vec![task(0, "act"), complete(1, "1")]);
        let message = "a terminated workflow with ID 'a' is already awaiting an activity result";
        let expected = (Code::Unknown, message.to_owned());
        assert_eq!(world.refused(Command::Start(request("a", "w"))), expected);
        world.next_activity("act", Ok("1"));
        world.start("a");
    });
}

#[test]
fn an_ended_instance_with_a_living_descendant_stays() {
    each_store(|world| {
        world.run("a", vec![child(0, "c", "b"), complete(1, "1")]);
        world.next_turn("b", vec![child(0, "c", "c"), complete(1, "1")]);
        let message = "cannot recreate workflow with ID 'a': child workflow 'c': \
                       orchestration has not yet completed";
        let expected = (Code::AlreadyExists, message.to_owned());
        assert_eq!(world.refused(Command::Start(request("a", "w"))), expected);
        world.next_turn("c", vec![complete(0, "1")]);
        world.start("a");
    });
}

#[test]
fn a_child_on_an_id_in_use_fails() {
    each_store(|world| {
        world.run("busy", vec![]);
        world.run("p", vec![child(0, "c", "busy"), child(1, "c", "bad::id"), detached(2, "d", "busy")]);
        let taken = "child failed(0) WorkflowInstanceAlreadyExists";
        let expected = ["turn", taken, "child failed(1) InvalidInstanceId"];
        assert_eq!(world.next_turn("p", vec![]), expected);
        assert_eq!(world.history("p")[4], "detached(2) busy");
        world.idle();
    });
}

#[test]
fn an_ended_child_can_be_created_again() {
    each_store(|world| {
        world.run("p", vec![child(0, "c", "x")]);
        world.next_turn("x", vec![task(0, "left behind"), fail(1, "no")]);
        let left_behind = world.activity();
        world.next_turn("p", vec![child(1, "c", "x")]);
        world.next_turn("x", vec![task(0, "act")]);
        world.finish(&left_behind, Ok("old"));
        world.next_activity("act", Ok("new"));
        assert_eq!(world.next_turn("x", vec![complete(1, "1")]), ["turn", "done(0) new"]);
        assert_eq!(world.next_turn("p", vec![]), ["turn", "child done(1) 1"]);
    });
}

#[test]
fn a_detached_instance_has_no_parent_and_keeps_its_tags() {
    each_store(|world| {
        world.run("p", vec![detached(0, "d", "free"), complete(1, "1")]);
        let turn = world.turn();
        let Some(pb::history_event::EventType::ExecutionStarted(start)) =
            turn.request.new_events[1].event_type.clone()
        else {
            panic!("no start")
        };
        assert_eq!((start.parent_instance, start.tags.len()), (None, 1));
        world.reply(&turn, vec![complete(0, "1")]);
        world.idle();
    });
}

#[test]
fn a_scheduled_start_is_answered_at_once_and_holds_every_event_until_it_is_due() {
    each_store(|world| {
        world.call(scheduled("a", START + 60)).unwrap();
        world.call(Command::Raise(raise("a", "early", "1"))).unwrap();
        world.advance(59);
        world.idle();
        assert_eq!(world.status("a"), OrchestrationStatus::Pending);
        world.advance(1);
        assert_eq!(world.next_turn("a", vec![]), ["turn", "start \"in\"", "raised early 1"]);
    });
}

#[test]
fn a_start_scheduled_in_the_past_runs_at_once() {
    each_store(|world| {
        world.call(scheduled("a", START - 60)).unwrap();
        assert_eq!(world.next_turn("a", vec![]), ["turn", "start \"in\""]);
    });
}

#[test]
fn terminating_a_held_instance_acts_at_once() {
    each_store(|world| {
        world.call(scheduled("a", START + 60)).unwrap();
        let ticket = world.begin(Command::Terminate(terminate("a", false)));
        assert_eq!(world.next_turn("a", vec![]), ["turn", "start \"in\"", "terminate"]);
        assert_eq!(world.answer(ticket), Some(Ok(Reply::Done)));
        assert_eq!(world.status("a"), OrchestrationStatus::Terminated);
        assert_eq!(world.core.next_due(), None);
    });
}

#[test]
fn hostile_times_do_no_harm() {
    let mut world = World::in_memory();
    for (id, seconds) in [("never", i64::MAX), ("now", i64::MIN)] {
        world.call(scheduled(id, seconds)).unwrap();
    }
    assert_eq!(world.turn().request.instance_id, "now");
    world.idle();
    assert_eq!(world.core.next_due(), None);
}
