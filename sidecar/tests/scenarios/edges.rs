//! What happens at the edges: doubled, foreign, late, odd and very many.

use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::workflow_action::WorkflowActionType;
use dacapo_proto::pb::{self, HistoryPropagationScope, OrchestrationStatus};
use dacapo_sidecar::core::{Code, Command, Config, Reply};
use dacapo_sidecar::store::MemoryStore;

use crate::common::*;
use crate::world::{START, World, each_store};

fn start_of(turn: &crate::world::Turn) -> pb::ExecutionStartedEvent {
    let events = turn.request.new_events.iter();
    let mut starts = events.filter_map(|event| match &event.event_type {
        Some(EventType::ExecutionStarted(start)) => Some(start.clone()),
        _ => None,
    });
    starts.next().expect("the turn starts an execution")
}

#[test]
fn the_first_completion_of_an_answer_counts() {
    each_store(|world| {
        world.run("a", vec![complete(0, "\"first\""), fail(1, "second"), complete(2, "\"third\"")]);
        assert_eq!(world.history("a"), ["turn", "start \"in\"", "end(0) Completed \"first\""]);
    });
}

#[test]
fn results_that_are_carried_over_say_nothing_to_the_new_execution() {
    each_store(|world| {
        world.run("a", vec![task(0, "act"), timer(1, START), child(2, "c", "c")]);
        world.next_activity("act", Ok("\"old\""));
        world.next_turn("c", vec![complete(0, "\"old\"")]);
        let turn = world.turn();
        let carried = turn.request.new_events[1..].to_vec();
        assert_eq!(carried.len(), 3);
        world.reply(&turn, vec![continue_as_new(3, "2", carried)]);
        assert_eq!(world.next_turn("a", vec![task(0, "act")]), ["turn", "start 2"]);
        world.next_activity("act", Ok("\"new\""));
        assert_eq!(world.next_turn("a", vec![]), ["turn", "done(0) \"new\""]);
    });
}

#[test]
fn a_new_generation_begins_a_trace_of_its_own_when_there_was_one() {
    each_store(|world| {
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let trace = pb::TraceContext { trace_parent: parent.into(), ..pb::TraceContext::default() };
        for traced in [Some(trace), None] {
            let id = if traced.is_some() { "traced" } else { "plain" };
            let start = pb::CreateInstanceRequest { parent_trace_context: traced, ..request(id, "w") };
            world.call(Command::NoWait(Box::new(Command::Start(start)))).unwrap();
            world.next_turn(id, vec![continue_as_new(0, "2", vec![])]);
            let turn = world.turn();
            let trace = start_of(&turn).parent_trace_context;
            assert_eq!(trace.is_some(), id == "traced");
            if let Some(trace) = trace {
                let parts: Vec<_> = trace.trace_parent.split('-').collect();
                assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [2, 32, 16, 2]);
                assert_ne!(parts[1], "0af7651916cd43dd8448eb211c80319c");
                assert_eq!(parts[2], trace.span_id);
            }
            world.reply(&turn, vec![complete(0, "1")]);
        }
    });
}

#[test]
fn a_child_whose_parent_is_gone_ends_by_itself() {
    each_store(|world| {
        world.run("p", vec![child(0, "c", "c")]);
        let forced = pb::PurgeInstancesRequest { force: Some(true), ..purge("p") };
        world.call(Command::Purge(forced)).unwrap();
        world.next_turn("c", vec![complete(0, "1")]);
        assert_eq!(world.status("c"), OrchestrationStatus::Completed);
        world.idle();
        // A parent of the same name is another one.
        world.run("p", vec![]);
        world.idle();
    });
}

#[test]
fn a_failure_wins_over_a_result() {
    each_store(|world| {
        world.run("a", vec![task(0, "act")]);
        let activity = world.activity();
        let response = pb::ActivityResponse {
            instance_id: "a".into(),
            task_id: 0,
            result: Some("\"ok\"".into()),
            failure_details: Some(failure("no")),
            completion_token: activity.token,
        };
        world.call(Command::CompleteActivity(response)).unwrap();
        assert_eq!(world.next_turn("a", vec![]), ["turn", "failed(0) TestError"]);
    });
}

#[test]
fn a_child_with_an_id_that_dapr_cannot_address_fails_with_the_reason() {
    each_store(|world| {
        world.run("p", vec![child(0, "c", "a::b"), child(1, "c", "a||b"), detached(2, "d", "a:")]);
        let turn = world.turn();
        let seen = words(&turn.request.new_events);
        assert_eq!(seen, ["turn", "child failed(0) InvalidInstanceId", "child failed(1) InvalidInstanceId"]);
        world.idle();
    });
}

#[test]
fn timers_of_waits_are_known_by_their_name_where_they_have_no_origin() {
    let legacy = |id, name: &str| {
        let kind = WorkflowActionType::CreateTimer(pb::CreateTimerAction {
            fire_at: Some(prost_types::Timestamp { seconds: START + 60, nanos: 0 }),
            name: Some(name.into()),
            origin: None,
        });
        action(id, kind)
    };
    each_store(|world| {
        world.run("a", vec![legacy(0, "Go"), timer(1, START + 60)]);
        world.call(Command::Raise(raise("a", "gO", "1"))).unwrap();
        world.next_turn("a", vec![]);
        world.advance(60);
        assert_eq!(world.next_turn("a", vec![]), ["turn", "fired(1)"]);
    });
}

#[test]
fn a_generation_that_was_given_history_hands_it_on() {
    let scoped = |scope: HistoryPropagationScope, mut action: pb::WorkflowAction| {
        if let Some(WorkflowActionType::CreateChildWorkflow(child)) = &mut action.workflow_action_type {
            child.history_propagation_scope = Some(scope as i32);
        }
        action
    };
    let given = |turn: &crate::world::Turn| -> Vec<String> {
        let history = turn.request.propagated_history.clone().unwrap_or_default();
        history
            .chunks
            .iter()
            .map(|chunk| format!("{}:{}", chunk.instance_id, chunk.raw_events.len()))
            .collect()
    };
    each_store(|world| {
        let children = vec![
            scoped(HistoryPropagationScope::Lineage, child(0, "c", "lineage")),
            scoped(HistoryPropagationScope::OwnHistory, child(1, "c", "own")),
            child(2, "c", "none"),
        ];
        world.run("p", children);
        for (id, first) in [("lineage", vec!["p:5"]), ("own", vec!["p:5"]), ("none", vec![])] {
            let turn = world.turn();
            assert_eq!(
                (turn.request.instance_id.as_str(), given(&turn)),
                (id, first.into_iter().map(String::from).collect())
            );
            world.reply(&turn, vec![continue_as_new(0, "2", vec![])]);
        }
        for (id, second) in [("lineage", vec!["p:5", "lineage:2"]), ("own", vec!["own:2"]), ("none", vec![])]
        {
            let turn = world.turn();
            assert_eq!(
                (turn.request.instance_id.as_str(), given(&turn)),
                (id, second.into_iter().map(String::from).collect())
            );
        }
    });
}

#[test]
fn a_detached_start_keeps_its_time_its_id_and_its_trace() {
    each_store(|world| {
        let trace = pb::TraceContext { trace_parent: "t".into(), ..pb::TraceContext::default() };
        let kind = WorkflowActionType::CreateDetachedWorkflow(pb::CreateDetachedWorkflowAction {
            instance_id: "d".into(),
            name: "w".into(),
            scheduled_start_timestamp: Some(prost_types::Timestamp { seconds: START + 60, nanos: 0 }),
            execution_id: Some("chosen".into()),
            parent_trace_context: Some(trace.clone()),
            ..pb::CreateDetachedWorkflowAction::default()
        });
        world.run("a", vec![action(0, kind)]);
        world.idle();
        assert_eq!(world.status("d"), OrchestrationStatus::Pending);
        world.advance(60);
        let turn = world.turn();
        assert_eq!(turn.request.execution_id.as_deref(), Some("chosen"));
        assert_eq!(start_of(&turn).parent_trace_context, Some(trace));
    });
}

#[test]
fn a_detached_start_on_an_id_in_use_is_dropped() {
    each_store(|world| {
        world.run("x", vec![]);
        world.run("a", vec![detached(0, "d", "x")]);
        world.idle();
        assert_eq!(world.status("x"), OrchestrationStatus::Running);
        assert_eq!(world.history("x"), ["turn", "start \"in\""]);
    });
}

#[test]
fn a_recursive_terminate_passes_by_children_that_have_ended() {
    each_store(|world| {
        world.run("p", vec![child(0, "c", "c")]);
        world.next_turn("c", vec![child(0, "g", "g"), complete(1, "1")]);
        world.next_turn("g", vec![]);
        world.next_turn("p", vec![]);
        world.begin(Command::Terminate(terminate("p", true)));
        world.next_turn("p", vec![]);
        world.idle();
        assert_eq!(world.status("g"), OrchestrationStatus::Running);
    });
}

#[test]
fn more_events_than_one_turn_takes_come_in_the_next_ones_in_order() {
    each_store(|world| {
        world.run("a", vec![]);
        let count = 10_001;
        for number in 0..count {
            let raise = Command::Raise(raise("a", "e", &number.to_string()));
            world.core.execute(dacapo_sidecar::core::Ticket(u64::MAX), crate::world::APP, raise);
        }
        world.commit();
        let first = world.turn();
        assert_eq!(first.request.new_events.len(), 10_001, "the opening event and ten thousand");
        world.reply(&first, vec![]);
        assert_eq!(world.next_turn("a", vec![]), ["turn", "raised e 10000"]);
        world.idle();
    });
}

#[test]
fn events_that_do_not_fit_into_one_work_item_are_divided() {
    let mut config = Config::default();
    config.work_item_bytes_max = 2000;
    let mut world = World::with_store(Box::new(MemoryStore::new()), config);
    world.run("a", vec![]);
    for _ in 0..3 {
        world.call(Command::Raise(raise("a", "e", &"x".repeat(700)))).unwrap();
    }
    let first = world.turn();
    assert_eq!(first.request.new_events.len(), 3, "two of the three fit");
    world.reply(&first, vec![continue_as_new(0, "2", vec![])]);
    assert_eq!(world.turn().request.new_events.len(), 3, "the start and the third event");
}

#[test]
fn odd_ids_are_ids_like_any_other() {
    let long = "x".repeat(1000);
    let odd = [
        "\0",
        "a'b\"; DROP TABLE instances;--",
        "%",
        "_",
        "../../etc",
        "日本",
        "a\nb",
        "\u{202e}",
        " ",
        "a:b",
        "|",
        &long,
    ];
    each_store(|world| {
        for id in odd {
            world.run(id, vec![task(0, "act"), child(1, "c", "")]);
            world.next_activity("act", Ok("1"));
            world.next_turn(&format!("{id}:0001"), vec![complete(0, "1")]);
            world.next_turn(id, vec![complete(2, "\"done\"")]);
            assert_eq!(world.state(id).unwrap().output.as_deref(), Some("\"done\""), "{id:?}");
            assert_eq!(world.history(id).len(), 8, "{id:?}");
        }
        let listed = world.call(Command::List(pb::ListInstanceIDsRequest::default()));
        let Ok(Reply::Listed(listed)) = listed else { panic!("{listed:?}") };
        assert_eq!(listed.instance_ids.len(), 2 * odd.len());
        for id in odd {
            let whole = pb::PurgeInstancesRequest { recursive: true, ..purge(id) };
            let Ok(Reply::Purged(purged)) = world.call(Command::Purge(whole)) else { panic!("{id:?}") };
            assert_eq!(purged.deleted_instance_count, 2, "{id:?}");
        }
        let (code, _) = world.refused(Command::Start(request(&"x".repeat(1025), "w")));
        assert_eq!(code, Code::InvalidArgument);
    });
}
