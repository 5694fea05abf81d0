//! Stalls: instances that no connected worker can run.

use dacapo_proto::pb::{self, OrchestrationStatus};
use dacapo_sidecar::core::{Code, Command, Config, Reply};
use dacapo_sidecar::store::MemoryStore;

use crate::common::*;
use crate::world::{Turn, World, each_store};

fn versioned(
    turn: &Turn,
    actions: Vec<pb::WorkflowAction>,
    name: Option<&str>,
    patches: &[&str],
) -> pb::WorkflowResponse {
    let patches = patches.iter().map(ToString::to_string).collect();
    pb::WorkflowResponse {
        instance_id: turn.request.instance_id.clone(),
        actions,
        completion_token: turn.token.clone(),
        version: Some(pb::WorkflowVersion { patches, name: name.map(Into::into) }),
        ..pb::WorkflowResponse::default()
    }
}

fn recorded_versions(world: &mut World, id: &str) -> Vec<(Vec<String>, Option<String>)> {
    let events = world.events(id).into_iter();
    let versions = events.filter_map(|event| match event.event_type {
        Some(pb::history_event::EventType::WorkflowStarted(turn)) => turn.version,
        _ => None,
    });
    versions.map(|version| (version.patches, version.name)).collect()
}

#[test]
fn an_instance_whose_version_is_missing_waits_for_another_worker() {
    each_store(|world| {
        let ticket = world.begin(Command::Start(request("a", "w")));
        let turn = world.turn();
        world.respond(versioned(&turn, vec![], Some("2"), &[]));
        assert!(matches!(world.answer(ticket), Some(Ok(Reply::Started(_)))));
        assert_eq!(world.state("a").unwrap().version.as_deref(), Some("2"));

        world.call(Command::Raise(raise("a", "go", "1"))).unwrap();
        world.next_turn("a", vec![version_not_available(0)]);
        assert_eq!(world.status("a"), OrchestrationStatus::Stalled);
        assert_eq!(world.history("a").last().unwrap(), "stall Version not available: 2");
        world.idle();

        let stalled = (Code::Unknown, "workflow is stalled".to_owned());
        assert_eq!(world.refused(Command::Raise(raise("a", "e", "1"))), stalled);
        assert_eq!(world.refused(Command::Suspend(suspend("a"))), stalled);
        let (code, message) = world.refused(Command::Terminate(terminate("a", false)));
        assert_eq!(code, Code::Unknown);
        assert!(message.ends_with("workflow is stalled"), "{message}");

        world.reconnect();
        world.next_turn("a", vec![version_not_available(0)]);
        assert_eq!(world.history("a").iter().filter(|word| word.starts_with("stall")).count(), 1);

        world.reconnect();
        assert_eq!(world.next_turn("a", vec![complete(0, "1")]), ["turn", "raised go 1"]);
        assert_eq!(world.status("a"), OrchestrationStatus::Completed);
    });
}

#[test]
fn a_stall_on_the_first_turn_counts_as_started() {
    each_store(|world| {
        let ticket = world.begin(Command::Start(request("a", "w")));
        world.next_turn("a", vec![version_not_available(0)]);
        assert!(matches!(world.answer(ticket), Some(Ok(Reply::Started(_)))));
        assert_eq!(world.state("a").unwrap().input.as_deref(), Some("\"in\""));
        world.reconnect();
        assert_eq!(world.next_turn("a", vec![complete(0, "1")]), ["turn", "start \"in\""]);
        assert_eq!(world.state("a").unwrap().input.as_deref(), Some("\"in\""));
    });
}

#[test]
fn what_happens_to_a_stalled_instance_waits_in_its_inbox() {
    each_store(|world| {
        world.run("a", vec![task(0, "act")]);
        let activity = world.activity();
        world.call(Command::Raise(raise("a", "e", "1"))).unwrap();
        world.next_turn("a", vec![version_not_available(1)]);
        world.finish(&activity, Ok("1"));
        world.idle();
        world.reconnect();
        assert_eq!(world.next_turn("a", vec![]), ["turn", "raised e 1", "done(0) 1"]);
        assert_eq!(world.status("a"), OrchestrationStatus::Running);
    });
}

#[test]
fn a_terminated_instance_ends_although_its_version_is_missing() {
    each_store(|world| {
        world.run("a", vec![]);
        world.begin(Command::Terminate(terminate("a", false)));
        world.next_turn("a", vec![version_not_available(0)]);
        assert_eq!(world.status("a"), OrchestrationStatus::Terminated);
    });
}

#[test]
fn patches_are_recorded_once_and_a_lost_one_stalls() {
    each_store(|world| {
        world.start("a");
        let turn = world.turn();
        world.respond(versioned(&turn, vec![], Some("1"), &["p"]));
        world.call(Command::Raise(raise("a", "e", "1"))).unwrap();
        let turn = world.turn();
        world.respond(versioned(&turn, vec![], None, &["p", "q"]));
        let (p, q) = (vec!["p".to_owned()], vec!["q".to_owned()]);
        let expected = [(p, Some("1".to_owned())), (q, None)];
        assert_eq!(recorded_versions(world, "a"), expected);

        world.call(Command::Raise(raise("a", "e", "2"))).unwrap();
        let turn = world.turn();
        world.respond(versioned(&turn, vec![complete(0, "1")], None, &["p"]));
        assert_eq!(world.status("a"), OrchestrationStatus::Stalled);
        let text = "stall Patch mismatch. History patches: [p, q], current patches: [p]. ";
        assert_eq!(world.history("a").last().unwrap(), text);

        world.reconnect();
        let turn = world.turn();
        world.respond(versioned(&turn, vec![complete(0, "1")], None, &["p", "q"]));
        assert_eq!(world.status("a"), OrchestrationStatus::Completed);
        assert_eq!(recorded_versions(world, "a"), expected);
    });
}

#[test]
fn an_activity_beyond_the_limit_stalls_its_instance() {
    let mut config = Config::default();
    config.work_item_bytes_max = 1000;
    let mut world = World::with_store(Box::new(MemoryStore::new()), config);
    let sized = |bytes: usize| {
        let mut action = task(0, "act");
        if let Some(pb::workflow_action::WorkflowActionType::ScheduleTask(task)) =
            &mut action.workflow_action_type
        {
            task.input = Some("x".repeat(bytes));
        }
        action
    };
    world.run("fits", vec![sized(500)]);
    world.next_activity("act", Ok("1"));
    world.next_turn("fits", vec![complete(1, "1")]);
    world.run("large", vec![sized(1000)]);
    world.idle();
    assert_eq!(world.status("large"), OrchestrationStatus::Stalled);
    let last = world.history("large").last().cloned().unwrap();
    assert!(last.starts_with("stall Payload size exceeded"), "{last}");
    world.run("over", vec![sized(1000), complete(1, "1")]);
    world.next_activity("act", Ok("1"));
    assert_eq!(world.status("over"), OrchestrationStatus::Completed, "what has ended does not stall");
}

#[test]
fn who_waits_hears_of_a_stall_that_no_worker_caused() {
    let mut config = Config::default();
    config.work_item_bytes_max = 1000;
    let mut world = World::with_store(Box::new(MemoryStore::new()), config);
    let large = pb::CreateInstanceRequest { input: Some("x".repeat(2000)), ..request("a", "w") };
    let ticket = world.begin(Command::Start(large));
    world.idle();
    assert!(world.core.next_due().is_some(), "the core asks to be called");
    world.commit();
    assert!(matches!(world.answer(ticket), Some(Ok(Reply::Started(_)))));
}

#[test]
fn a_work_item_beyond_the_limit_stalls_and_one_within_it_does_not() {
    let mut config = Config::default();
    config.work_item_bytes_max = 1000;
    let mut world = World::with_store(Box::new(MemoryStore::new()), config);
    world.run("a", vec![]);
    world.call(Command::Raise(raise("a", "e", &"x".repeat(600)))).unwrap();
    world.next_turn("a", vec![]);
    world.call(Command::Raise(raise("a", "e", &"x".repeat(600)))).unwrap();
    world.idle();
    assert_eq!(world.status("a"), OrchestrationStatus::Stalled);
    let last = world.history("a").last().cloned().unwrap();
    assert!(last.starts_with("stall Payload size exceeded"), "{last}");
}
