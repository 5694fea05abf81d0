//! Several apps on one core: they call each other and see nothing of each other besides.

use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::workflow_action::WorkflowActionType;
use dacapo_proto::pb::{self, OrchestrationStatus};
use dacapo_sidecar::core::{Command, Reply};

use crate::common::*;
use crate::world::{APP, World, each_store_with};

const OTHER: &str = "warehouse";

fn both_apps(scenario: impl Fn(&mut World)) {
    each_store_with(&[APP, OTHER], scenario);
}

fn router_of(event: &pb::HistoryEvent) -> (String, Option<String>) {
    let router = event.router.clone().unwrap();
    (router.source_app_id, router.target_app_id)
}

#[test]
fn an_activity_of_another_app_runs_there_and_its_result_comes_back() {
    both_apps(|world| {
        world.run("a", vec![routed(OTHER, task(0, "pick"))]);
        world.idle();
        world.switch(OTHER);
        world.next_activity("pick", Ok("\"picked\""));
        world.idle();
        world.switch(APP);
        assert_eq!(world.next_turn("a", vec![complete(1, "1")]), ["turn", "done(0) \"picked\""]);
        let away = |event: &&pb::HistoryEvent| {
            let router = event.router.as_ref();
            router.is_some_and(|router| router.target_app_id.as_deref() == Some(OTHER))
        };
        let events = world.events("a");
        let routed: Vec<_> = events.iter().filter(away).cloned().collect();
        assert_eq!(words(&routed), ["task(0) pick", "done(0) \"picked\""]);
        assert!(routed.iter().all(|event| router_of(event).0 == APP));
    });
}

#[test]
fn a_child_in_another_app_lives_there_and_tells_its_parent() {
    both_apps(|world| {
        world.run("p", vec![routed(OTHER, child(0, "c", ""))]);
        assert!(world.state("p:0000").is_none(), "the child is no instance of the parent's app");
        world.switch(OTHER);
        let turn = world.turn();
        assert_eq!(turn.request.instance_id, "p:0000");
        assert_eq!(router_of(&turn.request.new_events[1]), (APP.to_owned(), Some(OTHER.to_owned())));
        world.reply(&turn, vec![complete(0, "\"packed\"")]);
        let state = world.state("p:0000").unwrap();
        assert_eq!(
            (state.parent_instance_id.as_deref(), state.parent_app_id.as_deref()),
            (Some("p"), Some(APP))
        );
        world.switch(APP);
        let seen = world.next_turn("p", vec![complete(1, "1")]);
        assert_eq!(seen, ["turn", "child done(0) \"packed\""]);
    });
}

#[test]
fn a_child_on_an_id_in_use_in_the_other_app_fails() {
    both_apps(|world| {
        world.switch(OTHER);
        world.run("x", vec![]);
        world.switch(APP);
        world.run("x", vec![routed(OTHER, child(0, "c", "x"))]);
        let seen = world.next_turn("x", vec![]);
        assert_eq!(seen, ["turn", "child failed(0) WorkflowInstanceAlreadyExists"]);
    });
}

#[test]
fn terminate_and_purge_follow_children_into_other_apps() {
    both_apps(|world| {
        world.run("p", vec![routed(OTHER, child(0, "c", "c"))]);
        let ended = world.begin(Command::Terminate(terminate("p", true)));
        world.next_turn("p", vec![]);
        assert_eq!(world.answer(ended), Some(Ok(Reply::Done)));
        world.switch(OTHER);
        assert_eq!(world.next_turn("c", vec![]), ["turn", "start \"child\"", "terminate"]);
        assert_eq!(world.status("c"), OrchestrationStatus::Terminated);
        world.switch(APP);
        let whole = pb::PurgeInstancesRequest { recursive: true, ..purge("p") };
        let Ok(Reply::Purged(purged)) = world.call(Command::Purge(whole)) else { panic!("not purged") };
        assert_eq!(purged.deleted_instance_count, 2);
        world.switch(OTHER);
        assert!(world.state("c").is_none());
    });
}

#[test]
fn an_ended_parent_with_a_child_that_runs_in_another_app_stays() {
    both_apps(|world| {
        world.run("p", vec![routed(OTHER, child(0, "c", "c")), complete(1, "1")]);
        let (_, message) = world.refused(Command::Start(request("p", "w")));
        assert!(message.ends_with("child workflow 'c': orchestration has not yet completed"), "{message}");
    });
}

#[test]
fn messages_and_detached_starts_reach_the_other_app() {
    both_apps(|world| {
        world.switch(OTHER);
        world.run("x", vec![]);
        world.run("y", vec![]);
        world.switch(APP);
        let event = pb::SendEventAction {
            instance: Some(pb::WorkflowInstance { instance_id: "x".into(), execution_id: None }),
            name: "e".into(),
            data: Some("1".into()),
        };
        let end = pb::TerminateWorkflowAction { instance_id: "y".into(), reason: None, recurse: false };
        let sent = vec![
            routed(OTHER, action(0, WorkflowActionType::SendEvent(event))),
            routed(OTHER, action(1, WorkflowActionType::TerminateWorkflow(end))),
            routed(OTHER, detached(2, "d", "z")),
        ];
        world.run("a", sent);
        world.idle();
        world.switch(OTHER);
        assert_eq!(world.next_turn("x", vec![]), ["turn", "raised e 1"]);
        assert_eq!(world.next_turn("y", vec![]), ["turn", "terminate"]);
        assert_eq!(world.next_turn("z", vec![]), ["turn", "start -"]);
        assert!(world.state("z").unwrap().parent_instance_id.is_none());
    });
}

#[test]
fn an_app_can_neither_see_nor_change_instances_of_another() {
    both_apps(|world| {
        world.run("a", vec![task(0, "pay")]);
        let activity = world.activity();
        world.switch(OTHER);
        assert!(world.state("a").is_none());
        let history = pb::GetInstanceHistoryRequest { instance_id: "a".into() };
        world.refused(Command::History(history));
        world.refused(Command::Raise(raise("a", "e", "1")));
        world.refused(Command::Purge(purge("a")));
        let Ok(Reply::Listed(list)) = world.call(Command::List(pb::ListInstanceIDsRequest::default())) else {
            panic!("no list")
        };
        assert!(list.instance_ids.is_empty());
        // Not even with the token of the activity, which only the worker of the other app was given.
        world.finish(&activity, Ok("\"forged\""));
        world.run("a", vec![]);
        world.switch(APP);
        world.idle();
        world.finish(&activity, Ok("\"true\""));
        assert_eq!(world.next_turn("a", vec![]), ["turn", "done(0) \"true\""]);
    });
}

#[test]
fn activities_of_the_same_name_and_number_are_told_apart() {
    both_apps(|world| {
        world.run("a", vec![routed(OTHER, task(0, "pick"))]);
        world.switch(OTHER);
        let foreign = world.activity();
        world.run("a", vec![task(0, "pick")]);
        let own = world.activity();
        world.finish(&own, Ok("\"own\""));
        world.finish(&foreign, Ok("\"foreign\""));
        assert_eq!(world.next_turn("a", vec![]), ["turn", "done(0) \"own\""]);
        world.switch(APP);
        assert_eq!(world.next_turn("a", vec![]), ["turn", "done(0) \"foreign\""]);
    });
}

#[test]
fn an_answer_without_a_token_finds_the_instance_of_the_other_app() {
    both_apps(|world| {
        world.run("a", vec![routed(OTHER, task(0, "pick"))]);
        world.switch(OTHER);
        let mut activity = world.activity();
        activity.token.clear();
        world.finish(&activity, Ok("1"));
        world.switch(APP);
        assert_eq!(world.next_turn("a", vec![]), ["turn", "done(0) 1"]);
    });
}

#[test]
fn work_of_another_app_goes_to_that_app_again_after_a_loss() {
    both_apps(|world| {
        world.run("a", vec![routed(OTHER, task(0, "pick"))]);
        world.switch(OTHER);
        world.activity();
        world.reconnect();
        world.next_activity("pick", Ok("1"));
        world.switch(APP);
        assert_eq!(world.next_turn("a", vec![]), ["turn", "done(0) 1"]);
    });
}

#[test]
fn a_rerun_sends_its_work_to_the_other_app_again() {
    both_apps(|world| {
        world.run(
            "a",
            vec![routed(OTHER, task(0, "pick")), routed(OTHER, child(1, "c", "")), complete(2, "1")],
        );
        let again = |event_id: u32, id: &str| {
            Command::Rerun(pb::RerunWorkflowFromEventRequest {
                source_instance_id: "a".into(),
                event_id,
                new_instance_id: Some(id.into()),
                ..pb::RerunWorkflowFromEventRequest::default()
            })
        };
        world.call(again(0, "b")).unwrap();
        world.call(again(1, "d")).unwrap();
        world.idle();
        world.switch(OTHER);
        let work: Vec<_> = std::iter::from_fn(|| world.core.take(world.stream)).collect();
        let owners = work.iter().map(|item| match item.request.as_ref().unwrap() {
            pb::work_item::Request::ActivityRequest(activity) => {
                activity.workflow_instance.clone().unwrap().instance_id
            }
            pb::work_item::Request::WorkflowRequest(turn) => turn.instance_id.clone(),
        });
        assert_eq!(owners.collect::<Vec<_>>(), ["a", "a:0001", "b", "d", "d:0001"]);
    });
}

#[test]
fn a_late_child_of_an_old_generation_says_nothing_to_the_new_one() {
    both_apps(|world| {
        world.run("p", vec![routed(OTHER, child(0, "c", "c1"))]);
        world.call(Command::Raise(raise("p", "e", "1"))).unwrap();
        world.next_turn("p", vec![continue_as_new(1, "2", vec![])]);
        world.next_turn("p", vec![routed(OTHER, child(0, "c", "c2"))]);
        world.switch(OTHER);
        world.next_turn("c1", vec![complete(0, "\"old\"")]);
        world.next_turn("c2", vec![complete(0, "\"new\"")]);
        world.switch(APP);
        assert_eq!(world.next_turn("p", vec![]), ["turn", "child done(0) \"new\""]);
    });
}

#[test]
fn work_for_an_app_that_is_not_served_says_which_are() {
    both_apps(|world| {
        world.run("a", vec![routed("nowhere", task(0, "act"))]);
        let turn = world.turn();
        let Some(EventType::TaskFailed(failed)) = &turn.request.new_events[1].event_type else {
            panic!("{:?}", turn.request.new_events)
        };
        let text = &failed.failure_details.as_ref().unwrap().error_message;
        assert!(text.contains("'nowhere'") && text.contains("'shop', 'warehouse'"), "{text}");
        assert!(text.contains("--app nowhere"), "{text}");
    });
}
