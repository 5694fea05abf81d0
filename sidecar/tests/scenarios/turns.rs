//! Turns and activities: what a worker is sent, and what becomes of its answers.

use dacapo_proto::pb::{self, OrchestrationStatus};
use dacapo_sidecar::core::{Command, Reply, WorkerMemory};

use crate::common::*;
use crate::world::{APP, START, World, each_store};

#[test]
fn a_child_leaves_the_reference_history() {
    each_store(|world| {
        world.run("abc", vec![child(0, "c", "")]);
        assert_eq!(world.next_turn("abc:0000", vec![complete(0, "1")]), ["turn", "start \"child\""]);
        assert_eq!(world.next_turn("abc", vec![complete(1, "2")]), ["turn", "child done(0) 1"]);
        let expected =
            ["turn", "start \"in\"", "child(0) abc:0000", "turn", "child done(0) 1", "end(1) Completed 2"];
        assert_eq!(world.history("abc"), expected);
        let ids: Vec<i32> = world.events("abc").iter().map(|event| event.event_id).collect();
        assert_eq!(ids, [-1, -1, 0, -1, -1, 1]);
    });
}

#[test]
fn a_retried_activity_leaves_the_reference_history() {
    each_store(|world| {
        world.run("a", vec![task(0, "act")]);
        world.next_activity("act", Err("no"));
        world.next_turn("a", vec![timer(1, START + 5)]);
        world.advance(5);
        world.next_turn("a", vec![task(2, "act")]);
        world.next_activity("act", Ok("1"));
        world.next_turn("a", vec![complete(3, "1")]);
        let expected = [
            "turn",
            "start \"in\"",
            "task(0) act",
            "turn",
            "failed(0) TestError",
            "timer(1)",
            "turn",
            "fired(1)",
            "task(2) act",
            "turn",
            "done(2) 1",
            "end(3) Completed 1",
        ];
        assert_eq!(world.history("a"), expected);
    });
}

#[test]
fn a_work_item_names_execution_and_history() {
    each_store(|world| {
        world.start("a");
        let turn = world.turn();
        let start = turn.request.new_events[1].clone();
        let Some(pb::history_event::EventType::ExecutionStarted(start)) = start.event_type else {
            panic!("{start:?}")
        };
        let execution = start.workflow_instance.unwrap().execution_id;
        assert!(execution.is_some());
        assert_eq!(turn.request.execution_id, execution);
        assert_eq!(turn.request.new_events[1].router.as_ref().unwrap().source_app_id, APP);
        assert!(turn.request.past_events.is_empty());
        world.reply(&turn, vec![task(0, "act")]);
        let activity = world.activity();
        assert_eq!(activity.request.task_id, 0);
        assert_eq!(activity.request.input.as_deref(), Some("\"0\""));
        assert_eq!(activity.request.task_execution_id, "call-0");
        let instance = activity.request.workflow_instance.clone().unwrap();
        assert_eq!((instance.instance_id.as_str(), instance.execution_id), ("a", None));
    });
}

#[test]
fn thirty_unawaited_activities_of_the_last_turn_all_run() {
    each_store(|world| {
        let mut actions: Vec<_> = (0..30).map(|id| task(id, "act")).collect();
        actions.push(complete(30, "1"));
        world.run("a", actions);
        for _ in 0..30 {
            world.next_activity("act", Ok("1"));
        }
        world.idle();
        assert_eq!(world.status("a"), OrchestrationStatus::Completed);
    });
}

#[test]
fn timers_of_the_last_turn_are_not_armed() {
    each_store(|world| {
        world.run("a", vec![timer(0, START + 5), complete(1, "1")]);
        assert_eq!(world.core.next_due(), None);
    });
}

#[test]
fn what_arrives_during_a_turn_waits_for_the_next() {
    each_store(|world| {
        world.start("a");
        let turn = world.turn();
        world.call(Command::Raise(raise("a", "e", "1"))).unwrap();
        world.call(Command::Raise(raise("a", "e", "2"))).unwrap();
        world.idle();
        world.reply(&turn, vec![]);
        assert_eq!(world.next_turn("a", vec![]), ["turn", "raised e 1", "raised e 2"]);
        world.idle();
    });
}

#[test]
fn a_lost_stream_gives_its_items_back() {
    each_store(|world| {
        world.run("a", vec![task(0, "act")]);
        world.start("b");
        let lost_activity = world.activity();
        let lost_turn = world.turn();
        world.reconnect();
        let turn = world.turn();
        assert_ne!(turn.token, lost_turn.token);
        assert_eq!(words(&turn.request.new_events), words(&lost_turn.request.new_events));
        let activity = world.activity();
        world.finish(&lost_activity, Ok("stale"));
        world.finish(&activity, Ok("fresh"));
        world.finish(&activity, Ok("again"));
        assert_eq!(world.next_turn("a", vec![complete(1, "1")]), ["turn", "done(0) fresh"]);
        world.reply(&lost_turn, vec![complete(0, "stale")]);
        world.reply(&turn, vec![complete(0, "fresh")]);
        world.reply(&turn, vec![complete(0, "again")]);
        assert_eq!(world.state("b").unwrap().output.as_deref(), Some("fresh"));
        world.idle();
    });
}

#[test]
fn an_empty_token_fits_whatever_is_out() {
    each_store(|world| {
        world.start("a");
        let mut turn = world.turn();
        turn.token.clear();
        world.reply(&turn, vec![task(0, "act")]);
        let mut activity = world.activity();
        activity.token.clear();
        world.finish(&activity, Ok("1"));
        assert_eq!(world.next_turn("a", vec![]), ["turn", "done(0) 1"]);
    });
}

#[test]
fn answers_for_unknown_instances_are_accepted_and_forgotten() {
    each_store(|world| {
        let turn = pb::WorkflowResponse { instance_id: "nobody".into(), ..Default::default() };
        assert_eq!(world.call(Command::CompleteWorkflow(turn)), Ok(Reply::Done));
        let activity = pb::ActivityResponse { instance_id: "nobody".into(), ..Default::default() };
        assert_eq!(world.call(Command::CompleteActivity(activity)), Ok(Reply::Done));
    });
}

#[test]
fn an_answer_that_cannot_be_taken_gives_the_turn_out_again() {
    let unknown = pb::WorkflowAction { id: 1, ..pb::WorkflowAction::default() };
    let bad = [
        vec![task(0, "act"), task(0, "again")],
        vec![task(-1, "act")],
        vec![unknown],
        vec![finish(0, OrchestrationStatus::Running, None)],
        vec![detached(0, "w", "")],
    ];
    each_store(|world| {
        world.start("a");
        for actions in &bad {
            world.next_turn("a", actions.clone());
            world.idle();
            assert_eq!(world.history("a"), Vec::<String>::new(), "{actions:?}");
            world.advance(1);
        }
        world.next_turn("a", vec![task(0, "act")]);
        world.next_activity("act", Ok("1"));
        world.next_turn("a", vec![task(0, "already recorded")]);
        world.advance(1);
        world.next_turn("a", vec![complete(1, "1")]);
        assert_eq!(world.status("a"), OrchestrationStatus::Completed);
    });
}

#[test]
fn the_custom_status_is_what_the_last_turn_said() {
    each_store(|world| {
        world.start("a");
        let turn = world.turn();
        world.respond(pb::WorkflowResponse {
            instance_id: "a".into(),
            custom_status: Some("\"half\"".into()),
            completion_token: turn.token,
            ..pb::WorkflowResponse::default()
        });
        assert_eq!(world.state("a").unwrap().custom_status.as_deref(), Some("\"half\""));
        world.call(Command::Raise(raise("a", "e", "1"))).unwrap();
        world.next_turn("a", vec![]);
        assert_eq!(world.state("a").unwrap().custom_status, None);
    });
}

#[test]
fn events_can_be_sent_and_instances_terminated_by_actions() {
    use pb::workflow_action::WorkflowActionType as Type;
    each_store(|world| {
        world.run("target", vec![]);
        let instance = Some(pb::WorkflowInstance { instance_id: "target".into(), execution_id: None });
        let send = pb::SendEventAction { instance, name: "hi".into(), data: Some("1".into()) };
        let end = pb::TerminateWorkflowAction {
            instance_id: "target".into(),
            reason: Some("2".into()),
            recurse: false,
        };
        let lost = pb::SendEventAction { name: "hi".into(), ..pb::SendEventAction::default() };
        world.run(
            "a",
            vec![
                action(0, Type::SendEvent(send)),
                action(1, Type::TerminateWorkflow(end)),
                action(2, Type::SendEvent(lost)),
                complete(3, "1"),
            ],
        );
        let seen = world.next_turn("target", vec![]);
        assert_eq!(seen, ["turn", "raised hi 1", "terminate"]);
        assert_eq!(world.history("target").last().unwrap(), "end(-1) Terminated 2");
        assert_eq!(world.history("a")[2], "sent(0) target");
    });
}

#[test]
fn work_for_another_app_fails_and_for_the_own_app_runs() {
    each_store(|world| {
        let away = vec![
            routed("other", task(0, "act")),
            routed("other", child(1, "c", "")),
            routed("other", detached(2, "d", "away")),
            routed(APP, task(3, "act")),
        ];
        world.run("a", away);
        let seen = world.next_turn("a", vec![]);
        let failed = "CrossAppUnsupported";
        let (task, child) = (format!("failed(0) {failed}"), format!("child failed(1) {failed}"));
        assert_eq!(seen, ["turn", task.as_str(), child.as_str()]);
        world.next_activity("act", Ok("1"));
        assert_eq!(world.next_turn("a", vec![]), ["turn", "done(3) 1"]);
        assert!(world.state("away").is_none());
        let routed = world.events("a").iter().find(|event| event.event_id == 3).cloned().unwrap();
        assert_eq!(routed.router.unwrap().source_app_id, APP);
    });
}

#[test]
fn a_child_reports_failure_and_a_terminated_child_reports_no_details() {
    each_store(|world| {
        world.run("p", vec![child(0, "c", "x"), child(1, "c", "y")]);
        world.next_turn("x", vec![fail(0, "no")]);
        world.next_turn("y", vec![]);
        assert_eq!(world.next_turn("p", vec![]), ["turn", "child failed(0) TestError"]);
        let ticket = world.begin(Command::Terminate(terminate("y", false)));
        world.next_turn("y", vec![]);
        assert_eq!(world.answer(ticket), Some(Ok(Reply::Done)));
        assert_eq!(world.next_turn("p", vec![]), ["turn", "child failed(1) -"]);
    });
}

#[test]
fn history_travels_only_as_far_as_it_was_asked_to() {
    use pb::workflow_action::WorkflowActionType as Type;
    let asked = |scope: pb::HistoryPropagationScope, mut action: pb::WorkflowAction| {
        match &mut action.workflow_action_type {
            Some(Type::ScheduleTask(task)) => task.history_propagation_scope = Some(scope as i32),
            Some(Type::CreateChildWorkflow(child)) => {
                child.history_propagation_scope = Some(scope as i32);
            }
            _ => {}
        }
        action
    };
    let workflows = |history: Option<pb::PropagatedHistory>| -> Vec<String> {
        history.unwrap_or_default().chunks.into_iter().map(|chunk| chunk.instance_id).collect()
    };
    each_store(|world| {
        world.run("p", vec![asked(pb::HistoryPropagationScope::OwnHistory, child(0, "c", "x"))]);
        let turn = world.turn();
        assert_eq!(workflows(turn.request.propagated_history.clone()), ["p"]);
        let lineage = asked(pb::HistoryPropagationScope::Lineage, task(0, "all"));
        let own = asked(pb::HistoryPropagationScope::OwnHistory, task(1, "own"));
        world.reply(&turn, vec![lineage, own, task(2, "none")]);
        let all = world.activity();
        assert_eq!(workflows(all.request.propagated_history.clone()), ["p", "x"]);
        let own = world.activity();
        assert_eq!(workflows(own.request.propagated_history.clone()), ["x"]);
        assert_eq!(world.activity().request.propagated_history, None);
        let chunk = all.request.propagated_history.unwrap().chunks.remove(0);
        assert_eq!((chunk.app_id.as_str(), chunk.workflow_name.as_str()), (APP, "w"));
        assert_eq!(words(&decode(&chunk.raw_events)), ["turn", "start \"in\"", "child(0) x"]);
    });
}

#[test]
fn several_streams_share_one_queue() {
    each_store(|world| {
        let other = world.core.open_stream(APP, WorkerMemory::None);
        world.start("a");
        world.start("b");
        let first = world.turn();
        let second = world.core.take(other).unwrap();
        assert_eq!(first.request.instance_id, "a");
        assert!(
            matches!(second.request, Some(pb::work_item::Request::WorkflowRequest(turn)) if turn.instance_id == "b")
        );
        assert_eq!(world.core.connected_workers(APP), 2);
        assert_eq!(world.core.in_flight(), 2);
    });
}

#[test]
fn an_app_gets_no_work_of_another() {
    let mut world = World::in_memory();
    let other = world.core.open_stream("other", WorkerMemory::None);
    world.start("a");
    assert!(world.core.take(other).is_none());
    assert_eq!(world.turn().request.instance_id, "a");
}
