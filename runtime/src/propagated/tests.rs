use dacapo_engine::FailureDetails;
use dacapo_proto::pb::{self, history_event::EventType};
use prost::Message as _;

use super::{PropagatedHistory, PropagatedWorkflow};
use crate::Propagation;
use crate::client::{HistoryEvent, entry_of};

fn event(event_id: i32, kind: EventType) -> pb::HistoryEvent {
    pb::HistoryEvent { event_id, timestamp: None, event_type: Some(kind), router: None }
}

fn scheduled(id: i32, name: &str, input: &str) -> pb::HistoryEvent {
    let task = pb::TaskScheduledEvent { name: name.into(), input: Some(input.into()), ..Default::default() };
    event(id, EventType::TaskScheduled(pb::TaskScheduledEvent { task_execution_id: "same".into(), ..task }))
}

fn completed(of: i32, result: &str) -> pb::HistoryEvent {
    let (result, task_execution_id) = (Some(result.into()), "same".into());
    let kind =
        pb::TaskCompletedEvent { task_scheduled_id: of, result, task_execution_id, ..Default::default() };
    event(-1, EventType::TaskCompleted(kind))
}

fn failed(of: i32, failure: &FailureDetails) -> pb::HistoryEvent {
    let failure_details = Some(dacapo_proto::encode::failure(failure));
    let kind = pb::TaskFailedEvent { task_scheduled_id: of, failure_details, ..Default::default() };
    event(-1, EventType::TaskFailed(kind))
}

fn child(id: i32, name: &str) -> pb::HistoryEvent {
    let kind = pb::ChildWorkflowInstanceCreatedEvent {
        name: name.into(),
        instance_id: format!("{name}-{id}"),
        ..Default::default()
    };
    event(id, EventType::ChildWorkflowInstanceCreated(kind))
}

fn child_failed(of: i32) -> pb::HistoryEvent {
    let kind = pb::ChildWorkflowInstanceFailedEvent { task_scheduled_id: of, ..Default::default() };
    event(-1, EventType::ChildWorkflowInstanceFailed(kind))
}

fn chunk(app: &str, instance: &str, name: &str, events: &[pb::HistoryEvent]) -> pb::PropagatedHistoryChunk {
    pb::PropagatedHistoryChunk {
        raw_events: events.iter().map(|event| event.encode_to_vec().into()).collect(),
        app_id: app.into(),
        instance_id: instance.into(),
        workflow_name: name.into(),
        ..Default::default()
    }
}

/// Three workflows of two apps; the outer two have one name.
fn lineage() -> PropagatedHistory {
    let chunks = vec![
        chunk("shop", "o-1", "order", &[scheduled(0, "check", "1")]),
        chunk("bank", "p-1", "payment", &[scheduled(0, "charge", "2"), completed(0, "3")]),
        chunk("shop", "o-2", "order", &[scheduled(0, "check", "4"), completed(0, "5")]),
    ];
    PropagatedHistory::read(pb::PropagatedHistory { scope: 2, chunks }).unwrap()
}

fn workflow(events: &[pb::HistoryEvent]) -> PropagatedWorkflow {
    let events = events.iter().cloned().map(entry_of).collect();
    PropagatedWorkflow { app_id: "shop".into(), instance_id: "o-1".into(), name: "order".into(), events }
}

#[test]
fn apps_and_workflows_come_oldest_first() {
    let history = lineage();
    assert_eq!(history.scope(), Some(Propagation::Lineage));
    assert_eq!(history.app_ids(), ["shop", "bank"]);
    let ids = |workflows: Vec<&PropagatedWorkflow>| {
        workflows.into_iter().map(|workflow| workflow.instance_id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(history.workflows().iter().collect()), ["o-1", "p-1", "o-2"]);
    assert_eq!(ids(history.workflows_named("order").collect()), ["o-1", "o-2"]);
    assert_eq!(history.last_workflow("order").unwrap().instance_id, "o-2");
    assert_eq!(history.last_workflow("refund"), None);
}

#[test]
fn events_are_found_by_app_instance_and_workflow() {
    let history = lineage();
    assert_eq!(history.events().count(), 5);
    assert_eq!(history.events_of_app("shop").count(), 3);
    assert_eq!(history.events_of_instance("p-1").count(), 2);
    assert_eq!(history.events_of_workflow("order").count(), 3);
    assert_eq!(history.events_of_app("order").count(), 0);
    let first = &history.events_of_instance("o-1").next().unwrap().event;
    let HistoryEvent::ActivityScheduled { name, input, .. } = first else { panic!("{first:?}") };
    assert_eq!((name.as_str(), input.as_deref()), ("check", Some("1")));
}

#[test]
fn results_belong_to_the_event_that_scheduled_them_although_attempts_share_the_rest() {
    let declined = FailureDetails::new("Declined", "no");
    let order = workflow(&[
        scheduled(0, "charge", "7"),
        scheduled(1, "print", "8"),
        failed(0, &declined),
        scheduled(3, "charge", "7"),
        scheduled(4, "charge", "9"),
        completed(3, "10"),
        completed(3, "repeated"),
    ]);
    let charges = order.activities("charge");
    let states: Vec<_> = charges.iter().map(|call| (call.started, call.completed, call.failed)).collect();
    assert_eq!(states, [(true, false, true), (true, true, false), (true, false, false)]);
    assert_eq!((charges[0].error.as_ref(), charges[0].output.as_ref()), (Some(&declined), None));
    assert_eq!((charges[1].input.as_deref(), charges[1].output.as_deref()), (Some("7"), Some("10")));
    assert_eq!(order.last_activity("charge").unwrap().input.as_deref(), Some("9"));
    assert_eq!(order.last_activity("print").unwrap().name, "print");
    assert_eq!(order.last_activity("refund"), None);
}

#[test]
fn children_are_found_apart_from_activities_of_the_same_name() {
    let order = workflow(&[scheduled(0, "ship", "1"), child(1, "ship"), child(2, "ship"), child_failed(1)]);
    let children = order.children("ship");
    assert_eq!(
        children.iter().map(|child| (child.failed, child.error.is_some())).collect::<Vec<_>>(),
        [(true, false), (false, false)]
    );
    assert_eq!(order.last_child("ship"), children.last().cloned());
    assert_eq!((order.activities("ship").len(), order.last_child("print")), (1, None));
}

#[test]
fn a_rerun_may_record_a_result_before_what_it_belongs_to() {
    let order = workflow(&[completed(0, "1"), scheduled(0, "charge", "2")]);
    assert_eq!(order.last_activity("charge").unwrap().output.as_deref(), Some("1"));
}

#[test]
fn history_without_an_app_or_with_a_broken_entry_is_invalid() {
    let mut broken = chunk("shop", "o-1", "order", &[]);
    broken.raw_events = vec![bytes::Bytes::from_static(b"\xff")];
    for bad in [chunk("", "o-1", "order", &[]), broken] {
        let chunks = vec![chunk("shop", "o-0", "order", &[]), bad];
        let failure = PropagatedHistory::read(pb::PropagatedHistory { scope: 1, chunks }).unwrap_err();
        assert_eq!((failure.error_type.as_str(), failure.non_retriable), ("InvalidPropagatedHistory", true));
        assert!(failure.message.contains("chunk 1"), "{failure}");
    }
}
