use dacapo_engine::{
    Action, ActionKind, Answer, Completion, CompletionStatus, Event, EventKind, FailureDetails, Propagation,
    Router, Timestamp, TraceContext, WorkflowVersion,
};
use dacapo_proto::{ActivityItem, PropagationError, WorkItem, WorkflowTurn, decode, encode, pb};
use pb::history_event::EventType;

use super::*;

#[track_caller]
fn check_item(bytes: &[u8], expected: WorkItem) {
    assert_eq!(decode::work_item(pb::WorkItem::decode(bytes).unwrap()), expected);
}

fn raised(name: &str) -> (Vec<u8>, Event) {
    let bytes = [int(1, -1), message(17, [len(1, name)])].concat();
    let kind = EventKind::EventRaised { name: name.to_owned(), input: None };
    (bytes, Event { id: -1, timestamp: Timestamp::UNIX_EPOCH, router: None, kind })
}

#[test]
fn a_turn_is_member_1_of_a_work_item() {
    let (past, new) = (raised("past"), raised("new"));
    let turn = [
        len(1, "order-1"),
        wrapped(2, "exec-1"),
        len(3, &past.0),
        len(4, &new.0),
        int(6, 1),
        message(7, [len(1, "shop")]),
        message(8, [int(1, 2)]),
        message(9, [int(1, 12)]),
    ];
    check_item(
        &[message(1, turn), len(10, "token")].concat(),
        WorkItem::Workflow(WorkflowTurn {
            instance_id: "order-1".to_owned(),
            execution_id: some("exec-1"),
            past: vec![past.0.into()],
            new: vec![new.1],
            propagated: Some(pb::PropagatedHistory { scope: 2, chunks: vec![] }),
            cached_history: Some(12),
            token: "token".to_owned(),
        }),
    );
}

#[test]
fn an_activity_is_member_2_of_a_work_item() {
    let activity = [
        len(1, "pay"),
        wrapped(2, "v1"),
        wrapped(3, "{}"),
        message(4, [len(1, "order-1")]),
        int(5, 3),
        message(6, [len(1, "00-a-b-01"), wrapped(3, "vendor=1")]),
        len(7, "exec-id"),
        message(8, [int(1, 1)]),
    ];
    check_item(
        &[message(2, activity), len(10, "token")].concat(),
        WorkItem::Activity(ActivityItem {
            name: "pay".to_owned(),
            input: some("{}"),
            instance_id: "order-1".to_owned(),
            task_id: 3,
            task_execution_id: "exec-id".to_owned(),
            trace: Some(TraceContext { trace_parent: "00-a-b-01".to_owned(), trace_state: some("vendor=1") }),
            propagated: Some(pb::PropagatedHistory { scope: 1, chunks: vec![] }),
            version: some("v1"),
            token: "token".to_owned(),
        }),
    );
}

#[test]
fn the_oldest_sidecars_say_less_and_are_understood() {
    check_item(
        &message(1, [len(1, "order-1"), len(4, raised("go").0)]),
        WorkItem::Workflow(WorkflowTurn {
            instance_id: "order-1".to_owned(),
            execution_id: None,
            past: vec![],
            new: vec![raised("go").1],
            propagated: None,
            cached_history: None,
            token: String::new(),
        }),
    );
}

#[test]
fn work_of_an_unknown_kind_keeps_its_token() {
    for number in [3, 4, 5, 11] {
        let bytes = [message(number, [len(1, "?")]), len(10, "token")].concat();
        check_item(&bytes, WorkItem::Unknown { token: "token".to_owned() });
    }
    check_item(&[], WorkItem::Unknown { token: String::new() });
}

#[test]
fn an_answer_has_its_numbers() {
    let version = WorkflowVersion { patches: vec!["a".to_owned()], name: some("2") };
    let router =
        Router { source_app: "shop".to_owned(), target_app: some("bank"), target_namespace: some("prod") };
    let kind = ActionKind::ScheduleTask {
        name: "pay".to_owned(),
        input: some("{}"),
        task_execution_id: "exec-id".to_owned(),
        propagation: Propagation::Lineage,
    };
    let answer = Answer {
        actions: vec![Action { id: 3, router: Some(router), kind }],
        custom_status: some("\"paying\""),
        version: Some(version),
        warnings: vec![],
    };
    let task = message(2, [len(1, "pay"), wrapped(3, "{}"), len(5, "exec-id"), int(6, 2)]);
    let router = message(9, [len(1, "shop"), len(2, "bank"), len(3, "prod")]);
    check(
        [
            len(1, "order-1"),
            message(2, [int(1, 3), task, router]),
            wrapped(3, "\"paying\""),
            len(4, "token"),
            message(6, [len(1, "a"), len(2, "2")]),
        ],
        encode::answer("order-1", "token", answer),
    );
}

/// The action that `kind` becomes has these members.
#[track_caller]
fn check_action<const N: usize>(number: u32, fields: [Vec<u8>; N], kind: ActionKind) {
    let answer = Answer { actions: vec![Action { id: 3, router: None, kind }], ..Default::default() };
    check([message(2, [int(1, 3), message(number, fields)])], encode::answer("", "", answer));
}

#[test]
fn actions_have_their_numbers() {
    check_action(
        3,
        [len(1, "child-1"), len(2, "ship"), wrapped(4, "{}"), int(6, 1), message(7, [len(1, "child-0")])],
        ActionKind::CreateChild {
            instance_id: "child-1".to_owned(),
            name: "ship".to_owned(),
            input: some("{}"),
            propagation: Propagation::OwnHistory,
            retry_parent: some("child-0"),
        },
    );
    check_action(
        11,
        [len(1, "free-1"), len(2, "ship"), wrapped(4, "{}"), time(5, 60), entry(7, "tier", "gold")],
        ActionKind::CreateDetached {
            instance_id: "free-1".to_owned(),
            name: "ship".to_owned(),
            input: some("{}"),
            scheduled_start: Some(Timestamp::new(60, 0)),
            tags: map("tier", "gold"),
        },
    );
    check_action(10, [], ActionKind::VersionNotAvailable);
}

#[test]
fn completions_have_their_numbers() {
    for (status, number) in [
        (CompletionStatus::Completed, 1),
        (CompletionStatus::ContinuedAsNew, 2),
        (CompletionStatus::Failed, 3),
        (CompletionStatus::Terminated, 5),
    ] {
        let (mut bytes, event) = raised("go");
        // An event that is sent always has a time, here an empty one.
        bytes.extend(message(2, []));
        check_action(
            6,
            [int(1, number), wrapped(2, "1"), len(5, bytes), message(6, [len(1, "Oops"), len(2, "no")])],
            ActionKind::Complete(Completion {
                status,
                result: some("1"),
                failure: Some(FailureDetails::new("Oops", "no")),
                carryover: vec![event],
            }),
        );
    }
}

#[test]
fn actions_that_workers_never_send_have_their_numbers_too() {
    use pb::workflow_action::WorkflowActionType as Kind;
    let action = |kind| pb::WorkflowAction { workflow_action_type: Some(kind), ..Default::default() };
    check(
        [message(5, [message(1, [len(1, "other-1")]), len(2, "go"), wrapped(3, "{}")])],
        action(Kind::SendEvent(pb::SendEventAction {
            instance: Some(pb::WorkflowInstance { instance_id: "other-1".to_owned(), execution_id: None }),
            name: "go".to_owned(),
            data: some("{}"),
        })),
    );
    check(
        [message(7, [len(1, "other-1"), wrapped(2, "stop"), int(3, 1)])],
        action(Kind::TerminateWorkflow(pb::TerminateWorkflowAction {
            instance_id: "other-1".to_owned(),
            reason: some("stop"),
            recurse: true,
        })),
    );
}

#[test]
fn an_activitys_answer_has_its_numbers() {
    check(
        [len(1, "order-1"), int(2, 3), wrapped(3, "42"), len(5, "token")],
        encode::activity("order-1", 3, "token", Ok(some("42"))),
    );
    let failure = FailureDetails::new("Oops", "no");
    check(
        [len(1, "order-1"), int(2, 3), message(4, [len(1, "Oops"), len(2, "no")]), len(5, "token")],
        encode::activity("order-1", 3, "token", Err(&failure)),
    );
}

fn chunk(app: &str, entry: &[u8]) -> Vec<u8> {
    message(
        2,
        [len(1, entry), len(2, app), len(3, "order-1"), len(4, "order"), len(5, "sig"), len(6, "cert")],
    )
}

fn propagated(bytes: &[u8]) -> Result<dacapo_proto::PropagatedHistory, PropagationError> {
    decode::propagated_history(pb::PropagatedHistory::decode(bytes).unwrap())
}

#[test]
fn propagated_history_has_its_numbers_and_its_events_are_whole() {
    let scheduled = [int(1, 4), message(6, [len(1, "pay"), wrapped(3, "{}"), len(5, "exec-id")])].concat();
    let history =
        propagated(&[int(1, 1), chunk("shop", &scheduled), chunk("bank", &raised("go").0)].concat());

    let history = history.unwrap();
    assert_eq!(history.scope, Propagation::OwnHistory);
    let [shop, bank] = history.chunks.as_slice() else { panic!("two chunks: {history:?}") };
    assert_eq!((shop.app_id.as_str(), bank.app_id.as_str()), ("shop", "bank"));
    assert_eq!((shop.instance_id.as_str(), shop.workflow_name.as_str()), ("order-1", "order"));
    let Some(EventType::TaskScheduled(scheduled)) = &shop.events[0].event_type else { panic!("{shop:?}") };
    assert_eq!((shop.events[0].event_id, scheduled.input.as_deref()), (4, Some("{}")));
    assert_eq!(decode::event(bank.events[0].clone()), raised("go").1);
}

#[test]
fn propagated_history_without_an_app_or_with_a_broken_entry_is_refused() {
    let no_app = propagated(&[chunk("shop", b""), chunk("", b"")].concat()).unwrap_err();
    assert_eq!(no_app, PropagationError::MissingApp { chunk: 1, instance_id: "order-1".to_owned() });

    let broken = propagated(&chunk("shop", b"\xff")).unwrap_err();
    let PropagationError::Undecodable { chunk: 0, entry: 0, error } = &broken else { panic!("{broken:?}") };
    assert!(broken.to_string().contains(&error.to_string()), "{broken}");
}
