//! Reading instances, histories and lists.

use dacapo_proto::pb::{self, OrchestrationStatus};
use dacapo_sidecar::core::{Code, Command, Reply};

use crate::common::*;
use crate::world::{APP, START, World, each_store};

fn page(world: &mut World, size: Option<u32>, token: Option<&str>) -> pb::ListInstanceIDsResponse {
    let continuation_token = token.map(Into::into);
    let request = pb::ListInstanceIDsRequest { continuation_token, page_size: size };
    match world.call(Command::List(request)) {
        Ok(Reply::Listed(listed)) => listed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unknown_instance_does_not_exist_and_has_no_history() {
    each_store(|world| {
        assert_eq!(world.state("x"), None);
        let request = pb::GetInstanceHistoryRequest { instance_id: "x".into() };
        let expected = (Code::NotFound, "workflow instance 'x' not found".to_owned());
        assert_eq!(world.refused(Command::History(request)), expected);
    });
}

#[test]
fn a_pending_instance_shows_its_name_and_input() {
    each_store(|world| {
        world.start("a");
        let state = world.state("a").unwrap();
        assert_eq!(state.workflow_status(), OrchestrationStatus::Pending);
        assert_eq!((state.name.as_str(), state.input.as_deref()), ("w", Some("\"in\"")));
        assert_eq!(state.created_timestamp.unwrap().seconds, START);
        assert_eq!(state.started_at, None);
    });
}

#[test]
fn an_ended_instance_shows_times_and_result() {
    each_store(|world| {
        world.start("a");
        world.advance(1);
        world.next_turn("a", vec![task(0, "act")]);
        world.advance(1);
        world.next_activity("act", Ok("1"));
        world.next_turn("a", vec![fail(1, "no")]);
        let state = world.state("a").unwrap();
        let seconds = |time: Option<prost_types::Timestamp>| time.map(|time| time.seconds);
        assert_eq!(seconds(state.created_timestamp), Some(START));
        assert_eq!(seconds(state.started_at), Some(START + 1));
        assert_eq!(seconds(state.completed_timestamp), Some(START + 2));
        assert_eq!(seconds(state.last_updated_timestamp), Some(START + 2));
        assert_eq!(state.output, None);
        assert_eq!(state.failure_details.unwrap().error_message, "no");
        assert_eq!((state.execution_id, state.tags.len()), (None, 0));
    });
}

#[test]
fn payloads_are_left_out_unless_asked_for() {
    each_store(|world| {
        world.run("a", vec![complete(0, "1")]);
        let request = pb::GetInstanceRequest { get_inputs_and_outputs: false, ..get("a") };
        let Ok(Reply::Instance(instance)) = world.call(Command::Get(request)) else { panic!("no instance") };
        let state = instance.workflow_state.unwrap();
        assert_eq!((state.input, state.output, state.custom_status), (None, None, None));
        assert!(instance.exists);
    });
}

#[test]
fn a_child_names_its_parent() {
    each_store(|world| {
        world.run("p", vec![child(0, "c", "x")]);
        let state = world.state("x").unwrap();
        assert_eq!(state.parent_instance_id.as_deref(), Some("p"));
        assert_eq!(state.parent_app_id.as_deref(), Some(APP));
    });
}

#[test]
fn ids_are_listed_in_order_and_in_pages() {
    each_store(|world| {
        for id in ["c", "a", "b", "e", "d"] {
            world.start(id);
        }
        let all = page(world, None, None);
        assert_eq!((all.instance_ids.join(""), all.continuation_token), ("abcde".into(), None));
        let first = page(world, Some(2), None);
        assert_eq!(first.instance_ids, ["a", "b"]);
        let token = first.continuation_token.unwrap();
        let second = page(world, Some(3), Some(&token));
        assert_eq!(second.instance_ids, ["c", "d", "e"]);
        assert_eq!(second.continuation_token, None);
        assert_eq!(page(world, Some(0), Some("zzz")).instance_ids, Vec::<String>::new());
    });
}
