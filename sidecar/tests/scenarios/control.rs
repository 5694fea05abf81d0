//! External events, suspend, resume, terminate: every row of their table.

use dacapo_proto::pb::OrchestrationStatus;
use dacapo_sidecar::core::{Code, Command, Reply};

use crate::common::*;
use crate::world::each_store;

const DONE: Option<Result<Reply, dacapo_sidecar::core::Rejection>> = Some(Ok(Reply::Done));

#[test]
fn an_unknown_instance_is_refused() {
    let missing = (Code::Unknown, "no such instance exists".to_owned());
    each_store(|world| {
        assert_eq!(world.refused(Command::Raise(raise("x", "e", "1"))), missing);
        assert_eq!(world.refused(Command::Suspend(suspend("x"))), missing);
        assert_eq!(world.refused(Command::Resume(resume("x"))), missing);
        let message = "failed to submit termination request: no such instance exists";
        let expected = (Code::Unknown, message.to_owned());
        assert_eq!(world.refused(Command::Terminate(terminate("x", false))), expected);
    });
}

#[test]
fn an_ended_instance_accepts_and_forgets() {
    each_store(|world| {
        world.run("a", vec![complete(0, "1")]);
        assert_eq!(world.call(Command::Raise(raise("a", "e", "1"))), Ok(Reply::Done));
        assert_eq!(world.call(Command::Suspend(suspend("a"))), Ok(Reply::Done));
        assert_eq!(world.call(Command::Resume(resume("a"))), Ok(Reply::Done));
        assert_eq!(world.call(Command::Terminate(terminate("a", true))), Ok(Reply::Done));
        world.idle();
        assert_eq!(world.history("a").len(), 3);
    });
}

#[test]
fn messages_to_a_pending_instance_come_behind_its_start() {
    each_store(|world| {
        world.start("a");
        world.call(Command::Raise(raise("a", "", "1"))).unwrap();
        world.begin(Command::Suspend(suspend("a")));
        world.begin(Command::Resume(resume("a")));
        let seen = world.next_turn("a", vec![]);
        assert_eq!(seen, ["turn", "start \"in\"", "raised  1", "suspend", "resume"]);
    });
}

#[test]
fn raised_events_never_share_a_moment() {
    each_store(|world| {
        world.run("a", vec![]);
        for _ in 0..3 {
            world.call(Command::Raise(raise("a", "e", "1"))).unwrap();
        }
        let turn = world.turn();
        let moments: Vec<_> = turn.request.new_events[1..]
            .iter()
            .map(|event| event.timestamp.map(|at| (at.seconds, at.nanos)).unwrap())
            .collect();
        assert!(moments.is_sorted_by(|earlier, later| earlier < later), "{moments:?}");
    });
}

#[test]
fn suspend_and_resume_are_answered_when_they_have_happened() {
    each_store(|world| {
        world.run("a", vec![]);
        let suspended = world.begin(Command::Suspend(suspend("a")));
        assert_eq!(world.answer(suspended), None);
        assert_eq!(world.next_turn("a", vec![]), ["turn", "suspend"]);
        assert_eq!(world.answer(suspended), DONE);
        assert_eq!(world.status("a"), OrchestrationStatus::Suspended);
        world.call(Command::Raise(raise("a", "e", "1"))).unwrap();
        assert_eq!(world.next_turn("a", vec![]), ["turn", "raised e 1"]);
        assert_eq!(world.status("a"), OrchestrationStatus::Suspended);
        let resumed = world.begin(Command::Resume(resume("a")));
        assert_eq!(world.answer(resumed), None);
        assert_eq!(world.next_turn("a", vec![]), ["turn", "resume"]);
        assert_eq!(world.answer(resumed), DONE);
        assert_eq!(world.status("a"), OrchestrationStatus::Running);
    });
}

#[test]
fn an_empty_reason_is_no_reason() {
    use dacapo_proto::pb::history_event::EventType;
    each_store(|world| {
        world.run("a", vec![]);
        world.begin(Command::Suspend(suspend("a")));
        world.begin(Command::Resume(resume("a")));
        let turn = world.turn();
        let reasons: Vec<_> = turn.request.new_events[1..]
            .iter()
            .map(|event| match event.event_type.clone() {
                Some(EventType::ExecutionSuspended(event)) => event.input,
                Some(EventType::ExecutionResumed(event)) => event.input,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(reasons, [Some("pause".to_owned()), None]);
    });
}

#[test]
fn terminate_is_answered_when_the_instance_has_ended() {
    each_store(|world| {
        world.run("a", vec![task(0, "act"), timer(1, i64::from(i32::MAX))]);
        world.activity();
        let ticket = world.begin(Command::Terminate(terminate("a", false)));
        let output = Some("\"ended\"");
        let end = finish(2, OrchestrationStatus::Terminated, output);
        assert_eq!(world.answer(ticket), None);
        world.next_turn("a", vec![end]);
        assert_eq!(world.answer(ticket), DONE);
        assert_eq!(world.history("a").last().unwrap(), "end(2) Terminated \"ended\"");
        assert_eq!(world.state("a").unwrap().output.as_deref(), output);
        assert_eq!(world.core.next_due(), None);
    });
}

#[test]
fn a_worker_that_does_not_end_a_terminated_instance_is_overruled() {
    each_store(|world| {
        world.run("a", vec![]);
        world.begin(Command::Terminate(terminate("a", false)));
        world.next_turn("a", vec![task(0, "act"), timer(1, 5)]);
        let expected = ["turn", "start \"in\"", "turn", "terminate", "end(-1) Terminated \"ended\""];
        assert_eq!(world.history("a"), expected);
        world.idle();
    });
}

#[test]
fn a_suspended_instance_can_be_terminated() {
    each_store(|world| {
        world.run("a", vec![]);
        world.begin(Command::Suspend(suspend("a")));
        world.next_turn("a", vec![]);
        let ticket = world.begin(Command::Terminate(terminate("a", false)));
        world.next_turn("a", vec![]);
        assert_eq!(world.answer(ticket), DONE);
    });
}

#[test]
fn a_recursive_terminate_reaches_children_but_not_detached_instances() {
    each_store(|world| {
        world.run("p", vec![child(0, "c", ""), detached(1, "d", "free")]);
        world.next_turn("p:0000", vec![child(0, "c", "")]);
        world.next_turn("free", vec![]);
        world.next_turn("p:0000:0000", vec![]);
        world.begin(Command::Terminate(terminate("p", true)));
        world.next_turn("p", vec![]);
        assert_eq!(world.next_turn("p:0000", vec![]), ["turn", "terminate"]);
        assert_eq!(world.next_turn("p:0000:0000", vec![]), ["turn", "terminate"]);
        world.idle();
        assert_eq!(world.status("free"), OrchestrationStatus::Running);
        let last = world.history("p:0000:0000").last().cloned();
        assert_eq!(last.as_deref(), Some("end(-1) Terminated \"ended\""));
    });
}

#[test]
fn a_terminate_that_is_not_recursive_leaves_the_children() {
    each_store(|world| {
        world.run("p", vec![child(0, "c", "")]);
        world.next_turn("p:0000", vec![]);
        world.begin(Command::Terminate(terminate("p", false)));
        world.next_turn("p", vec![]);
        world.idle();
        assert_eq!(world.status("p:0000"), OrchestrationStatus::Running);
    });
}

#[test]
fn a_wait_for_an_instance_that_does_not_exist_ends_when_it_does() {
    each_store(|world| {
        let started = world.begin(Command::WaitForStart(get("a")));
        let ended = world.begin(Command::WaitForCompletion(get("a")));
        let cancelled = world.begin(Command::WaitForCompletion(get("a")));
        world.core.cancel(cancelled);
        world.run("a", vec![]);
        let Some(Ok(Reply::Instance(instance))) = world.answer(started) else { panic!("no answer") };
        assert_eq!(instance.workflow_state.unwrap().workflow_status(), OrchestrationStatus::Running);
        assert_eq!(world.answer(ended), None);
        world.call(Command::Raise(raise("a", "e", "1"))).unwrap();
        world.next_turn("a", vec![complete(0, "1")]);
        let Some(Ok(Reply::Instance(instance))) = world.answer(ended) else { panic!("no answer") };
        assert_eq!(instance.workflow_state.unwrap().output.as_deref(), Some("1"));
        assert_eq!(world.answer(cancelled), None);
    });
}

#[test]
fn ten_thousand_events_to_one_instance_keep_their_order() {
    each_store(|world| {
        world.run("a", vec![]);
        for number in 0..10_000 {
            world.call(Command::Raise(raise("a", "e", &number.to_string()))).unwrap();
        }
        let seen = world.next_turn("a", vec![]);
        assert_eq!(seen.len(), 10_001);
        assert_eq!((seen[1].as_str(), seen[10_000].as_str()), ("raised e 0", "raised e 9999"));
    });
}
