//! Purging.

use dacapo_proto::pb::{self, purge_instances_request::Request};
use dacapo_sidecar::core::{Code, Command, Reply};

use crate::common::*;
use crate::world::{World, each_store};

fn purged(world: &mut World, request: pb::PurgeInstancesRequest) -> i32 {
    match world.call(Command::Purge(request)) {
        Ok(Reply::Purged(purged)) => {
            assert_eq!(purged.is_complete, None);
            purged.deleted_instance_count
        }
        other => panic!("{other:?}"),
    }
}

fn recursive(id: &str) -> pb::PurgeInstancesRequest {
    pb::PurgeInstancesRequest { recursive: true, ..purge(id) }
}

fn forced(id: &str) -> pb::PurgeInstancesRequest {
    pb::PurgeInstancesRequest { force: Some(true), ..purge(id) }
}

#[test]
fn refusals_use_dapr_words() {
    each_store(|world| {
        let filter = Request::PurgeInstanceFilter(pb::PurgeInstanceFilter::default());
        let request = pb::PurgeInstancesRequest { request: Some(filter), ..purge("") };
        let expected = (Code::Unknown, "multi-instance purge is not implemented".to_owned());
        assert_eq!(world.refused(Command::Purge(request)), expected);
        world.run("running", vec![]);
        world.run("stalled", vec![version_not_available(0)]);
        let reasons = [
            ("nobody", "no such instance exists"),
            ("running", "orchestration has not yet completed"),
            ("stalled", "workflow is stalled"),
        ];
        for (id, reason) in reasons {
            let expected = (Code::Unknown, format!("failed to purge workflow state: {reason}"));
            assert_eq!(world.refused(Command::Purge(purge(id))), expected);
        }
    });
}

#[test]
fn an_ended_instance_is_gone_afterwards() {
    each_store(|world| {
        world.run("a", vec![task(0, "act"), complete(1, "1")]);
        assert_eq!(purged(world, purge("a")), 1);
        assert_eq!(world.state("a"), None);
        world.idle();
        world.start("a");
        assert_eq!(world.next_turn("a", vec![]), ["turn", "start \"in\""]);
    });
}

#[test]
fn force_takes_a_running_instance_and_its_late_answers_are_dropped() {
    each_store(|world| {
        world.run("a", vec![task(0, "act"), timer(1, 5)]);
        let activity = world.activity();
        world.commit();
        let turn = world.turn();
        assert_eq!(purged(world, forced("a")), 1);
        world.start("a");
        world.reply(&turn, vec![complete(2, "old")]);
        world.finish(&activity, Ok("old"));
        assert_eq!(world.next_turn("a", vec![]), ["turn", "start \"in\""]);
        assert_eq!(world.core.in_flight(), 0);
    });
}

#[test]
fn a_recursive_purge_takes_the_children_and_leaves_detached_instances() {
    each_store(|world| {
        world.run("p", vec![child(0, "c", ""), detached(1, "d", "free")]);
        world.next_turn("p:0000", vec![child(0, "c", "x"), complete(1, "1")]);
        world.next_turn("free", vec![complete(0, "1")]);
        world.next_turn("x", vec![complete(0, "1")]);
        world.next_turn("p", vec![complete(2, "1")]);
        assert_eq!(purged(world, recursive("p")), 3);
        assert_eq!(world.state("x"), None);
        assert!(world.state("free").is_some());
    });
}

#[test]
fn a_recursive_purge_stops_at_a_child_that_has_not_ended() {
    each_store(|world| {
        world.run("p", vec![child(0, "c", "done"), child(1, "c", "busy"), complete(2, "1")]);
        world.next_turn("done", vec![complete(0, "1")]);
        let (code, message) = world.refused(Command::Purge(recursive("p")));
        assert_eq!(code, Code::Unknown);
        assert!(message.ends_with("orchestration has not yet completed"), "{message}");
        assert!(world.state("p").is_some());
        assert!(world.state("busy").is_some());
    });
}

#[test]
fn a_recursive_purge_skips_children_that_are_gone() {
    each_store(|world| {
        world.run("p", vec![child(0, "c", "x"), complete(1, "1")]);
        world.next_turn("x", vec![complete(0, "1")]);
        assert_eq!(purged(world, purge("x")), 1);
        assert_eq!(purged(world, recursive("p")), 1);
    });
}
