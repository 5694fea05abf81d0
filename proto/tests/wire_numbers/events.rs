use dacapo_engine::{
    Event, EventKind, ExecutionStarted, FailureDetails, ParentInfo, Router, TimerOrigin, Timestamp,
    TraceContext, WorkflowVersion,
};
use dacapo_proto::{decode, pb};

use super::*;

/// Member `number` of the event decodes as `kind`.
#[track_caller]
fn check_kind<const N: usize>(number: u32, fields: [Vec<u8>; N], kind: EventKind) {
    let bytes = [int(1, 7), message(2, [int(1, 5), int(2, 6)]), message(number, fields)].concat();
    let expected = Event { id: 7, timestamp: Timestamp::new(5, 6), router: None, kind };
    assert_eq!(decode::event_bytes(&bytes), Ok(expected));
}

fn failure_fields(field: u32) -> Vec<u8> {
    let inner = message(4, [len(1, "IoError"), len(2, "gone")]);
    message(field, [len(1, "PaymentError"), len(2, "refused"), wrapped(3, "at pay.rs"), inner, int(5, 1)])
}

fn failure() -> FailureDetails {
    FailureDetails {
        stack_trace: some("at pay.rs"),
        ..FailureDetails::new("PaymentError", "refused")
            .with_inner(FailureDetails::new("IoError", "gone"))
            .non_retriable()
    }
}

#[test]
fn an_execution_starts_with_member_3() {
    let parent = message(
        5,
        [
            int(1, 4),
            wrapped(2, "shop"),
            wrapped(3, "v1"),
            message(4, [len(1, "shop-1"), wrapped(2, "exec-0")]),
            len(5, "shop-app"),
            len(6, "prod"),
        ],
    );
    check_kind(
        3,
        [
            len(1, "order"),
            wrapped(2, "v1"),
            wrapped(3, "{}"),
            message(4, [len(1, "order-1"), wrapped(2, "exec-1")]),
            parent,
            time(6, 60),
            message(7, [len(1, "00-a-b-01"), wrapped(3, "vendor=1")]),
            wrapped(8, "span"),
            entry(9, "tier", "gold"),
        ],
        EventKind::ExecutionStarted(Box::new(ExecutionStarted {
            name: "order".to_owned(),
            input: some("{}"),
            instance_id: "order-1".to_owned(),
            execution_id: some("exec-1"),
            parent: Some(ParentInfo {
                instance_id: "shop-1".to_owned(),
                execution_id: some("exec-0"),
                name: "shop".to_owned(),
                task_scheduled_id: 4,
                app_id: some("shop-app"),
                app_namespace: some("prod"),
            }),
            tags: map("tier", "gold"),
            scheduled_start: Some(Timestamp::new(60, 0)),
            trace_parent: Some(TraceContext {
                trace_parent: "00-a-b-01".to_owned(),
                trace_state: some("vendor=1"),
            }),
        })),
    );
}

#[test]
fn executions_end_with_members_4_and_5() {
    check_kind(4, [int(1, 3), wrapped(2, "1"), failure_fields(3)], EventKind::ExecutionCompleted);
    check_kind(
        5,
        [wrapped(1, "stop"), int(2, 1)],
        EventKind::ExecutionTerminated { input: some("stop"), recurse: true },
    );
}

#[test]
fn activities_are_members_6_to_8() {
    check_kind(
        6,
        [len(1, "pay"), wrapped(3, "{}"), len(5, "exec-id"), message(6, [len(1, "old")]), int(7, 2)],
        EventKind::TaskScheduled { name: "pay".to_owned(), task_execution_id: "exec-id".to_owned() },
    );
    check_kind(
        7,
        [
            int(1, 3),
            wrapped(2, "42"),
            len(3, "exec-id"),
            message(4, [len(1, "p"), len(2, "s")]),
            len(5, "cert"),
        ],
        EventKind::TaskCompleted {
            scheduled_id: 3,
            result: some("42"),
            task_execution_id: "exec-id".to_owned(),
        },
    );
    check_kind(
        8,
        [int(1, 3), failure_fields(2), len(3, "exec-id")],
        EventKind::TaskFailed {
            scheduled_id: 3,
            details: Some(failure()),
            task_execution_id: "exec-id".to_owned(),
        },
    );
}

#[test]
fn children_are_members_9_to_11_and_detached_workflows_32() {
    check_kind(
        9,
        [len(1, "child-1"), len(2, "ship"), wrapped(4, "{}"), message(8, [len(1, "child-0")])],
        EventKind::ChildCreated { name: "ship".to_owned(), instance_id: "child-1".to_owned() },
    );
    check_kind(
        10,
        [int(1, 3), wrapped(2, "42")],
        EventKind::ChildCompleted { scheduled_id: 3, result: some("42") },
    );
    check_kind(
        11,
        [int(1, 3), failure_fields(2)],
        EventKind::ChildFailed { scheduled_id: 3, details: Some(failure()) },
    );
    check_kind(32, [len(1, "free-1")], EventKind::DetachedCreated { instance_id: "free-1".to_owned() });
}

#[test]
fn timers_are_members_12_and_13() {
    check_kind(
        12,
        [time(1, 60), len(2, "nap"), message(3, [len(1, "old")])],
        EventKind::TimerCreated { fire_at: Timestamp::new(60, 0), name: some("nap"), origin: None },
    );
    check_kind(
        13,
        [time(1, 60), int(2, 4)],
        EventKind::TimerFired { timer_id: 4, fire_at: Timestamp::new(60, 0) },
    );
}

fn origins() -> [(Vec<u8>, TimerOrigin); 4] {
    [
        (vec![], TimerOrigin::CreateTimer),
        (len(1, "approval"), TimerOrigin::ExternalEvent { name: "approval".to_owned() }),
        (len(1, "exec-id"), TimerOrigin::ActivityRetry { task_execution_id: "exec-id".to_owned() }),
        (len(1, "child-1"), TimerOrigin::ChildRetry { instance_id: "child-1".to_owned() }),
    ]
}

#[test]
fn a_timers_origin_is_member_4_to_7_of_the_event_and_3_to_6_of_the_action() {
    for (number, (content, origin)) in (3u32..).zip(origins()) {
        check_kind(
            12,
            [time(1, 60), len(number + 1, &content)],
            EventKind::TimerCreated {
                fire_at: Timestamp::new(60, 0),
                name: None,
                origin: Some(origin.clone()),
            },
        );
        let action = dacapo_engine::Action {
            id: 4,
            router: None,
            kind: dacapo_engine::ActionKind::CreateTimer {
                fire_at: Timestamp::new(60, 0),
                name: some("nap"),
                origin,
            },
        };
        let answer = dacapo_engine::Answer { actions: vec![action], ..Default::default() };
        let fields = message(4, [time(1, 60), len(2, "nap"), len(number, &content)]);
        check([message(2, [int(1, 4), fields])], dacapo_proto::encode::answer("", "", answer));
    }
}

#[test]
fn turns_and_external_events_are_members_14_16_and_17() {
    let version = WorkflowVersion { patches: vec!["a".to_owned(), "b".to_owned()], name: some("2") };
    check_kind(
        14,
        [message(1, [len(1, "a"), len(1, "b"), len(2, "2")])],
        EventKind::WorkflowStarted { version: Some(version) },
    );
    check_kind(16, [len(1, "other-1"), len(2, "go")], EventKind::EventSent);
    check_kind(
        17,
        [len(1, "go"), wrapped(2, "")],
        // Present and empty is not absent.
        EventKind::EventRaised { name: "go".to_owned(), input: some("") },
    );
}

#[test]
fn suspending_and_resuming_are_members_21_and_22() {
    check_kind(21, [wrapped(1, "lunch")], EventKind::ExecutionSuspended);
    check_kind(22, [wrapped(1, "back")], EventKind::ExecutionResumed);
}

#[test]
fn events_that_tell_a_workflow_nothing_are_ignored() {
    check_kind(15, [], EventKind::Ignored);
    check_kind(20, [wrapped(1, "{}")], EventKind::Ignored);
    check_kind(31, [int(1, 1), len(2, "Version not available: 2")], EventKind::Ignored);
}

#[test]
fn unknown_kinds_fields_and_enum_values_are_tolerated() {
    // Entity events of older releases, and kinds that do not exist yet.
    for number in [18, 19, 23, 29, 33, 536_870_911] {
        check_kind(number, [len(1, "?")], EventKind::Ignored);
    }
    check_kind(
        17,
        [len(1, "go"), len(99, "new"), int(100, 1)],
        EventKind::EventRaised { name: "go".to_owned(), input: None },
    );
    check_kind(
        12,
        [time(1, 60), len(8, "an origin of a later release")],
        EventKind::TimerCreated { fire_at: Timestamp::new(60, 0), name: None, origin: None },
    );
    check_kind(
        6,
        [len(1, "pay"), int(7, 99)],
        EventKind::TaskScheduled { name: "pay".to_owned(), task_execution_id: String::new() },
    );
}

#[test]
fn the_router_of_an_event_is_field_30() {
    let bytes = [int(1, -1), message(30, [len(1, "shop"), len(2, "bank"), len(3, "prod")])].concat();
    let router =
        Router { source_app: "shop".to_owned(), target_app: some("bank"), target_namespace: some("prod") };
    let expected =
        Event { id: -1, timestamp: Timestamp::UNIX_EPOCH, router: Some(router), kind: EventKind::Ignored };
    assert_eq!(decode::event_bytes(&bytes), Ok(expected));
}

#[test]
fn fields_that_only_sidecars_read_have_their_numbers_too() {
    let scope = pb::HistoryPropagationScope::Lineage.into();
    let rerun = pb::RerunParentInstanceInfo { instance_id: "old".to_owned() };
    check(
        [
            len(1, "pay"),
            wrapped(2, "v1"),
            wrapped(3, "{}"),
            message(4, [len(1, "trace"), len(2, "span")]),
            len(5, "exec-id"),
            message(6, [len(1, "old")]),
            int(7, 2),
        ],
        pb::TaskScheduledEvent {
            name: "pay".to_owned(),
            version: some("v1"),
            input: some("{}"),
            parent_trace_context: Some(pb::TraceContext {
                trace_parent: "trace".to_owned(),
                span_id: "span".to_owned(),
                trace_state: None,
            }),
            task_execution_id: "exec-id".to_owned(),
            rerun_parent_instance_info: Some(rerun.clone()),
            history_propagation_scope: Some(scope),
        },
    );
    check(
        [
            len(1, "child-1"),
            len(2, "ship"),
            wrapped(3, "v1"),
            wrapped(4, "{}"),
            message(5, [len(1, "trace")]),
            message(6, [len(1, "old")]),
            int(7, 1),
            message(8, [len(1, "child-0")]),
        ],
        pb::ChildWorkflowInstanceCreatedEvent {
            instance_id: "child-1".to_owned(),
            name: "ship".to_owned(),
            version: some("v1"),
            input: some("{}"),
            parent_trace_context: Some(pb::TraceContext {
                trace_parent: "trace".to_owned(),
                ..Default::default()
            }),
            rerun_parent_instance_info: Some(rerun),
            history_propagation_scope: Some(1),
            retry_parent_instance_info: Some(pb::RetryParentInstanceInfo {
                instance_id: "child-0".to_owned(),
            }),
        },
    );
    check(
        [int(1, 3), wrapped(2, "1"), message(3, [len(1, "p"), len(2, "s")]), len(4, "cert")],
        pb::ChildWorkflowInstanceCompletedEvent {
            task_scheduled_id: 3,
            result: some("1"),
            attestation: Some(pb::ChildCompletionAttestation {
                payload: b"p".to_vec(),
                signature: b"s".to_vec(),
            }),
            signer_certificate: Some(b"cert".to_vec()),
        },
    );
    check(
        [int(1, 2), len(2, "too large")],
        pb::ExecutionStalledEvent {
            reason: pb::StalledReason::PayloadSizeExceeded.into(),
            description: some("too large"),
        },
    );
}

#[test]
fn a_trace_context_with_the_span_apart_becomes_the_w3c_form() {
    let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let context = |trace_parent: &str, span_id: &str| {
        let (trace_parent, span_id) = (trace_parent.to_owned(), span_id.to_owned());
        decode::trace_context(pb::TraceContext { trace_parent, span_id, trace_state: None })
            .map(|context| context.trace_parent)
    };
    assert_eq!(context(trace, span), Some(format!("00-{trace}-{span}-01")));
    let whole = format!("00-{trace}-{span}-00");
    assert_eq!(context(&whole, span), Some(whole.clone()));
    assert_eq!(context("", ""), None);
}
