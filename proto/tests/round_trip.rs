//! What goes out in one form comes back as the same value, through bytes.

// The lint's exemption for tests does not reach the helpers of a test file.
#![allow(clippy::unwrap_used)]

mod support;

use dacapo_engine::{
    Action, ActionKind, Answer, Completion, CompletionStatus, Event, FailureDetails, Propagation, Timestamp,
};
use dacapo_proto::{
    ActivityItem, InstanceState, InstanceStatus, WorkItem, WorkflowTurn, decode, encode,
    pb::{self, create_timer_action::Origin, workflow_action::WorkflowActionType as Kind},
};
use proptest::{
    collection::{btree_map, vec},
    option::of,
    prelude::*,
};
use prost::Message;
use support::{event, failure, filled, router, text, timer_origin, timestamp, trace_context, version};

proptest! {
    #![proptest_config(support::config())]

    #[test]
    fn events_come_back_as_they_were(event in event()) {
        prop_assert_eq!(decode::event_bytes(&encode::event_bytes(&event)), Ok(event));
    }

    #[test]
    fn equal_events_have_equal_bytes(event in event()) {
        let again = decode::event_bytes(&encode::event_bytes(&event)).unwrap();
        prop_assert_eq!(encode::event_bytes(&again), encode::event_bytes(&event));
    }

    #[test]
    fn answers_say_everything_but_their_warnings(
        actions in vec(action(), 0..4),
        custom_status in of(text()),
        version in of(version()),
        instance_id in text(),
        token in text(),
    ) {
        let answer =
            Answer { actions: actions.clone(), custom_status: custom_status.clone(), version: version.clone(), warnings: vec![] };
        let sent = through_bytes(&encode::answer(instance_id.as_str(), token.as_str(), answer));

        prop_assert_eq!(sent.instance_id, instance_id);
        prop_assert_eq!(sent.completion_token, token);
        prop_assert_eq!(sent.custom_status, custom_status);
        prop_assert_eq!(sent.num_events_processed, None);
        prop_assert_eq!(sent.version.map(decode::version), version);
        prop_assert_eq!(sent.actions.into_iter().map(action_back).collect::<Vec<_>>(), actions);
    }

    #[test]
    fn activity_answers_carry_a_result_or_a_failure(
        outcome in prop_oneof![of(text()).prop_map(Ok), failure().prop_map(Err)],
        task_id in any::<i32>(),
    ) {
        let sent = through_bytes(&encode::activity("order-1", task_id, "token", outcome.as_ref().cloned()));

        prop_assert_eq!((sent.instance_id.as_str(), sent.task_id), ("order-1", task_id));
        prop_assert_eq!(sent.completion_token, "token");
        let back = match sent.failure_details {
            Some(details) => Err(decode::failure(details)),
            None => Ok(sent.result),
        };
        prop_assert_eq!(back, outcome);
    }

    #[test]
    fn turns_keep_past_events_encoded_and_decode_new_ones(
        past in vec(event(), 0..4),
        new in vec(event(), 0..4),
        execution_id in of(filled()),
        cached_history in of(any::<i32>()),
    ) {
        let turn = WorkflowTurn {
            instance_id: "order-1".to_owned(),
            execution_id,
            past: past.iter().map(|event| encode::event_bytes(event).into()).collect(),
            new,
            propagated: Some(pb::PropagatedHistory::default()),
            cached_history,
            token: "token".to_owned(),
        };
        let sent = through_bytes(&turn_message(&turn));

        prop_assert_eq!(decode::work_item(sent), WorkItem::Workflow(turn));
    }

    #[test]
    fn activity_items_come_back_as_they_were(
        texts in (text(), of(text()), text(), text(), of(filled())),
        task_id in any::<i32>(),
        trace in of(trace_context()),
    ) {
        let (name, input, instance_id, task_execution_id, version) = texts;
        let item = ActivityItem {
            name, input, instance_id, task_id, task_execution_id, trace,
            propagated: None, version, token: "token".to_owned(),
        };
        let sent = through_bytes(&activity_message(&item));

        prop_assert_eq!(decode::work_item(sent), WorkItem::Activity(item));
    }

    #[test]
    fn states_of_instances_come_back_as_they_were(state in state()) {
        let sent = through_bytes(&state_message(&state));
        prop_assert_eq!(decode::state(sent), state);
    }
}

fn through_bytes<M: Message + Default>(message: &M) -> M {
    M::decode(message.encode_to_vec().as_slice()).unwrap()
}

fn propagation() -> impl Strategy<Value = Propagation> {
    prop_oneof![Just(Propagation::None), Just(Propagation::OwnHistory), Just(Propagation::Lineage)]
}

fn completion() -> BoxedStrategy<Completion> {
    let status = prop_oneof![
        Just(CompletionStatus::Completed),
        Just(CompletionStatus::Failed),
        Just(CompletionStatus::Terminated),
        Just(CompletionStatus::ContinuedAsNew),
    ];
    (status, of(text()), of(failure()), vec(event(), 0..3))
        .prop_map(|(status, result, failure, carryover)| Completion { status, result, failure, carryover })
        .boxed()
}

fn action_kind() -> BoxedStrategy<ActionKind> {
    prop_oneof![
        (text(), of(text()), text(), propagation()).prop_map(
            |(name, input, task_execution_id, propagation)| {
                ActionKind::ScheduleTask { name, input, task_execution_id, propagation }
            }
        ),
        (text(), text(), of(text()), propagation(), of(text())).prop_map(
            |(instance_id, name, input, propagation, retry_parent)| ActionKind::CreateChild {
                instance_id,
                name,
                input,
                propagation,
                retry_parent
            }
        ),
        (timestamp(), of(text()), timer_origin())
            .prop_map(|(fire_at, name, origin)| ActionKind::CreateTimer { fire_at, name, origin }),
        (text(), text(), of(text()), of(timestamp()), btree_map(text(), text(), 0..3)).prop_map(
            |(instance_id, name, input, scheduled_start, tags)| ActionKind::CreateDetached {
                instance_id,
                name,
                input,
                scheduled_start,
                tags
            }
        ),
        completion().prop_map(ActionKind::Complete),
        Just(ActionKind::VersionNotAvailable),
    ]
    .boxed()
}

fn action() -> BoxedStrategy<Action> {
    (any::<i32>(), of(router()), action_kind())
        .prop_map(|(id, router, kind)| Action { id, router, kind })
        .boxed()
}

/// The inverse of encoding, which no production code needs.
fn action_back(action: pb::WorkflowAction) -> Action {
    let kind = match action.workflow_action_type.unwrap() {
        Kind::ScheduleTask(it) => ActionKind::ScheduleTask {
            name: it.name,
            input: it.input,
            task_execution_id: it.task_execution_id,
            propagation: propagation_back(it.history_propagation_scope),
        },
        Kind::CreateChildWorkflow(it) => ActionKind::CreateChild {
            instance_id: it.instance_id,
            name: it.name,
            input: it.input,
            propagation: propagation_back(it.history_propagation_scope),
            retry_parent: it.retry_parent_instance_info.map(|info| info.instance_id),
        },
        Kind::CreateTimer(it) => ActionKind::CreateTimer {
            fire_at: decode::timestamp(it.fire_at.unwrap()),
            name: it.name,
            origin: origin_back(it.origin.unwrap()),
        },
        Kind::CreateDetachedWorkflow(it) => ActionKind::CreateDetached {
            instance_id: it.instance_id,
            name: it.name,
            input: it.input,
            scheduled_start: it.scheduled_start_timestamp.map(decode::timestamp),
            tags: it.tags,
        },
        Kind::CompleteWorkflow(it) => ActionKind::Complete(completion_back(it)),
        Kind::WorkflowVersionNotAvailable(_) => ActionKind::VersionNotAvailable,
        Kind::SendEvent(_) | Kind::TerminateWorkflow(_) => panic!("real sidecars refuse this action"),
    };
    Action { id: action.id, router: action.router.map(decode::router), kind }
}

fn propagation_back(scope: Option<i32>) -> Propagation {
    match scope {
        None => Propagation::None,
        Some(1) => Propagation::OwnHistory,
        Some(2) => Propagation::Lineage,
        Some(other) => panic!("no such scope: {other}"),
    }
}

fn origin_back(origin: Origin) -> dacapo_engine::TimerOrigin {
    use dacapo_engine::TimerOrigin;
    match origin {
        Origin::CreateTimer(_) => TimerOrigin::CreateTimer,
        Origin::ExternalEvent(it) => TimerOrigin::ExternalEvent { name: it.name },
        Origin::ActivityRetry(it) => TimerOrigin::ActivityRetry { task_execution_id: it.task_execution_id },
        Origin::ChildWorkflowRetry(it) => TimerOrigin::ChildRetry { instance_id: it.instance_id },
    }
}

fn completion_back(message: pb::CompleteWorkflowAction) -> Completion {
    let status = match message.workflow_status {
        1 => CompletionStatus::Completed,
        2 => CompletionStatus::ContinuedAsNew,
        3 => CompletionStatus::Failed,
        5 => CompletionStatus::Terminated,
        other => panic!("no end of an execution has the status {other}"),
    };
    Completion {
        status,
        result: message.result,
        failure: message.failure_details.map(decode::failure),
        carryover: message.carryover_events.into_iter().map(decode::event).collect(),
    }
}

fn turn_message(turn: &WorkflowTurn) -> pb::WorkItem {
    let turn = turn.clone();
    pb::WorkItem {
        completion_token: turn.token,
        request: Some(pb::work_item::Request::WorkflowRequest(pb::WorkflowRequest {
            instance_id: turn.instance_id,
            execution_id: turn.execution_id,
            past_events: turn.past,
            new_events: turn.new.iter().map(encode::event).collect(),
            propagated_history: turn.propagated,
            cached_history: turn.cached_history.map(|event_count| pb::CachedHistory { event_count }),
            ..Default::default()
        })),
    }
}

fn activity_message(item: &ActivityItem) -> pb::WorkItem {
    let item = item.clone();
    pb::WorkItem {
        completion_token: item.token,
        request: Some(pb::work_item::Request::ActivityRequest(pb::ActivityRequest {
            name: item.name,
            version: item.version,
            input: item.input,
            workflow_instance: Some(pb::WorkflowInstance {
                instance_id: item.instance_id,
                execution_id: None,
            }),
            task_id: item.task_id,
            parent_trace_context: item.trace.map(encode::trace_context),
            task_execution_id: item.task_execution_id,
            propagated_history: item.propagated,
        })),
    }
}

const STATUSES: [(InstanceStatus, i32); 11] = [
    (InstanceStatus::Running, 0),
    (InstanceStatus::Completed, 1),
    (InstanceStatus::ContinuedAsNew, 2),
    (InstanceStatus::Failed, 3),
    (InstanceStatus::Canceled, 4),
    (InstanceStatus::Terminated, 5),
    (InstanceStatus::Pending, 6),
    (InstanceStatus::Suspended, 7),
    (InstanceStatus::Stalled, 8),
    (InstanceStatus::Unknown(9), 9),
    (InstanceStatus::Unknown(-1), -1),
];

fn status() -> impl Strategy<Value = InstanceStatus> {
    prop::sample::select(STATUSES.map(|(status, _)| status).to_vec())
}

fn state() -> BoxedStrategy<InstanceState> {
    // Times in year 1 read as absent.
    let time = || of(timestamp().prop_filter("from year 2 on", |time| time.seconds() > -62_104_060_801));
    let texts = (text(), text(), of(filled()), of(text()), of(text()), of(text()));
    let ids = (of(filled()), of(filled()), of(filled()));
    let times = (time(), time(), time(), time(), time());
    (status(), texts, ids, times, of(failure()), btree_map(text(), text(), 0..3))
        .prop_map(|(status, texts, ids, times, failure, tags)| {
            let (instance_id, name, version, input, output, custom_status) = texts;
            let (execution_id, parent_instance_id, parent_app_id) = ids;
            let (scheduled_start, created, last_updated, started, completed) = times;
            InstanceState {
                instance_id,
                name,
                version,
                status,
                scheduled_start,
                created,
                last_updated,
                started,
                completed,
                input,
                output,
                custom_status,
                failure,
                execution_id,
                parent_instance_id,
                parent_app_id,
                tags,
            }
        })
        .boxed()
}

fn state_message(state: &InstanceState) -> pb::WorkflowState {
    let state = state.clone();
    let time = |time: Option<Timestamp>| time.map(encode::timestamp);
    pb::WorkflowState {
        instance_id: state.instance_id,
        name: state.name,
        version: state.version,
        workflow_status: STATUSES.iter().find(|(status, _)| *status == state.status).unwrap().1,
        scheduled_start_timestamp: time(state.scheduled_start),
        created_timestamp: time(state.created),
        last_updated_timestamp: time(state.last_updated),
        input: state.input,
        output: state.output,
        custom_status: state.custom_status,
        failure_details: state.failure.as_ref().map(encode::failure),
        execution_id: state.execution_id,
        completed_timestamp: time(state.completed),
        parent_instance_id: state.parent_instance_id,
        tags: state.tags,
        parent_app_id: state.parent_app_id,
        started_at: time(state.started),
    }
}

fn chain(causes: usize) -> FailureDetails {
    (0..=causes)
        .rfold(None, |inner: Option<FailureDetails>, link| {
            let failure = FailureDetails::new("Link", link.to_string());
            Some(match inner {
                Some(inner) => failure.with_inner(inner),
                None => failure,
            })
        })
        .unwrap()
}

fn texts(failure: &FailureDetails) -> Vec<String> {
    std::iter::successors(Some(failure), |failure| failure.inner.as_deref())
        .map(|failure| failure.message.clone())
        .collect()
}

#[test]
fn a_failure_keeps_sixteen_causes_and_the_innermost_in_both_directions() {
    let at_limit = chain(17);
    let sent = encode::failure(&at_limit);
    assert_eq!(decode::failure(through_bytes(&sent)), at_limit);

    let cut =
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "18"];
    assert_eq!(texts(&decode::failure(encode::failure(&chain(18)))), cut);

    let mut from_outside = pb::TaskFailureDetails { error_message: "18".to_owned(), ..Default::default() };
    for link in (0..18).rev() {
        let inner_failure = Some(Box::new(from_outside));
        from_outside =
            pb::TaskFailureDetails { error_message: link.to_string(), inner_failure, ..Default::default() };
    }
    assert_eq!(texts(&decode::failure(from_outside)), cut);
}

#[test]
fn ten_thousand_causes_neither_overflow_the_stack_nor_travel() {
    let sent = encode::failure(&chain(10_000));
    let texts = texts(&decode::failure(sent));
    assert_eq!(texts.len(), 18);
    assert_eq!(texts[17], "10000");
}

#[test]
fn carried_over_events_keep_id_time_and_payload() {
    let raised = Event {
        id: -1,
        timestamp: Timestamp::new(1_700_000_000, 123_456_789),
        router: None,
        kind: dacapo_engine::EventKind::EventRaised {
            name: "Go".to_owned(),
            input: Some("{ \"a\":1}".to_owned()),
        },
    };
    let message = encode::event(&raised);
    assert_eq!(message.event_id, -1);
    assert_eq!(
        message.timestamp,
        Some(prost_types::Timestamp { seconds: 1_700_000_000, nanos: 123_456_789 })
    );
    assert_eq!(decode::event(message), raised);
}
