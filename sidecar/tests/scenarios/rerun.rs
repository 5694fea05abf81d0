//! Rerunning an ended instance from the middle of its history.

use dacapo_proto::pb::{self, OrchestrationStatus, history_event::EventType};
use dacapo_sidecar::core::{Code, Command, Reply};

use crate::common::*;
use crate::world::{START, World, each_store};

fn rerun(source: &str, event_id: u32, new: &str) -> pb::RerunWorkflowFromEventRequest {
    pb::RerunWorkflowFromEventRequest {
        source_instance_id: source.into(),
        event_id,
        new_instance_id: Some(new.into()),
        ..pb::RerunWorkflowFromEventRequest::default()
    }
}

/// An ended instance with one of everything: a timer that fired, a resolved and an open activity, an open
/// child, and the target with id 4.
fn source(world: &mut World) {
    world.run("src", vec![task(0, "first"), timer(1, START + 5), task(2, "open"), child(3, "c", "kid")]);
    world.next_activity("first", Ok("1"));
    let open = world.activity();
    world.next_turn("kid", vec![]);
    world.next_turn("src", vec![]);
    world.advance(5);
    world.next_turn("src", vec![task(4, "target")]);
    world.next_activity("target", Ok("1"));
    world.next_turn("src", vec![detached(5, "d", "free"), complete(6, "1")]);
    world.next_turn("free", vec![complete(0, "1")]);
    world.finish(&open, Ok("late"));
    world.idle();
}

#[test]
fn refusals_come_in_order() {
    each_store(|world| {
        source(world);
        world.run("running", vec![]);
        world.run("p", vec![child(0, "c", "x")]);
        world.next_turn("x", vec![complete(0, "1")]);
        let invalid = Code::InvalidArgument;
        let named = |request: pb::RerunWorkflowFromEventRequest| pb::RerunWorkflowFromEventRequest {
            new_child_workflow_instance_id: Some("y".into()),
            ..request
        };
        let overwriting = |request| pb::RerunWorkflowFromEventRequest { overwrite_input: true, ..request };
        let cases = [
            (rerun("", 0, "n"), invalid, "rerun workflow source instance ID is required"),
            (
                rerun("src", 0, "src"),
                invalid,
                "rerun workflow instance ID must be different from the original instance ID",
            ),
            (rerun("no", 0, "n"), Code::NotFound, "workflow instance does not exist with ID 'no'"),
            (rerun("running", 0, "n"), invalid, "'running' is not in a terminal state"),
            (rerun("x", 0, "n"), invalid, "'x': cannot rerun from child-workflows"),
            (rerun("src", 99, "n"), Code::NotFound, "does not have history event with ID '99'"),
            (rerun("src", u32::MAX, "n"), Code::NotFound, "does not have history event with ID '4294967295'"),
            (
                rerun("src", 6, "n"),
                Code::NotFound,
                "target event 'ExecutionCompleted' with ID '6' is not an event that can be rerun",
            ),
            (rerun("src", 5, "n"), invalid, "event '5' is a detached workflow spawn and cannot be rerun"),
            (overwriting(rerun("src", 1, "n")), invalid, "cannot write input to timer event '1'"),
            (
                named(rerun("src", 1, "n")),
                invalid,
                "cannot set new child workflow instance ID on timer event '1'",
            ),
            (
                named(rerun("src", 0, "n")),
                invalid,
                "cannot set new child workflow instance ID on activity event '0'",
            ),
            (rerun("src", 4, "free"), Code::AlreadyExists, "workflow 'free' has already been created"),
        ];
        for (request, code, text) in cases {
            let (found, message) = world.refused(Command::Rerun(request));
            assert_eq!(found, code, "{text}");
            assert!(message.starts_with(text), "{message}");
        }
    });
}

#[test]
fn the_new_instance_has_the_old_history_and_does_the_open_work_again() {
    each_store(|world| {
        source(world);
        let Ok(Reply::Rerun(reply)) = world.call(Command::Rerun(rerun("src", 4, "new"))) else {
            panic!("no reply")
        };
        assert_eq!(reply.new_instance_id, "new");
        let expected = [
            "turn",
            "start \"in\"",
            "turn",
            "task(0) first",
            "done(0) 1",
            "turn",
            "fired(1)",
            "task(2) open",
            "timer(1)",
            "child(3) new:0003",
            "task(4) target",
        ];
        assert_eq!(world.history("new"), expected);
        assert_eq!(world.status("new"), OrchestrationStatus::Running);
        let events = world.events("new");
        let Some(EventType::TaskScheduled(target)) = &events[10].event_type else { panic!("no task") };
        assert_eq!(target.rerun_parent_instance_info.as_ref().unwrap().instance_id, "src");
        // The timer had fired: it is armed again, and its second firing is dropped.
        world.commit();
        world.next_activity("open", Ok("2"));
        assert_eq!(world.turn().request.instance_id, "new:0003");
        world.next_activity("target", Ok("3"));
        let seen = world.next_turn("new", vec![complete(7, "2")]);
        assert_eq!(seen, ["turn", "done(2) 2", "done(4) 3"]);
    });
}

#[test]
fn input_and_child_id_of_the_target_can_be_replaced() {
    each_store(|world| {
        world.run("src", vec![child(0, "c", "")]);
        world.next_turn("src:0000", vec![complete(0, "1")]);
        world.next_turn("src", vec![complete(1, "1")]);
        let request = pb::RerunWorkflowFromEventRequest {
            overwrite_input: true,
            input: Some("\"new\"".into()),
            new_child_workflow_instance_id: Some("kid".into()),
            ..rerun("src", 0, "n")
        };
        world.call(Command::Rerun(request)).unwrap();
        assert_eq!(world.next_turn("kid", vec![complete(0, "2")]), ["turn", "start \"new\""]);
        assert_eq!(world.next_turn("n", vec![complete(1, "2")]), ["turn", "child done(0) 2"]);
    });
}

#[test]
fn without_an_id_the_new_instance_gets_a_random_one() {
    each_store(|world| {
        world.run("src", vec![task(0, "act"), complete(1, "1")]);
        world.next_activity("act", Ok("1"));
        let request = pb::RerunWorkflowFromEventRequest { new_instance_id: None, ..rerun("src", 0, "") };
        let Ok(Reply::Rerun(reply)) = world.call(Command::Rerun(request)) else { panic!("no reply") };
        assert_eq!(reply.new_instance_id.len(), 36);
        world.next_activity("act", Ok("1"));
    });
}
