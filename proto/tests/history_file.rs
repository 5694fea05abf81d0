//! Histories as files: what is written is read back, and what cannot be read is named.

#![allow(clippy::unwrap_used)]

use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::{FORMAT, HistoryFile, pb};
use prost::Message as _;

fn event(event_id: i32, kind: EventType) -> pb::HistoryEvent {
    let timestamp = Some(prost_types::Timestamp { seconds: 1_700_000_000, nanos: 5_000_000 });
    pb::HistoryEvent { event_id, timestamp, router: None, event_type: Some(kind) }
}

fn file() -> HistoryFile {
    let started = pb::ExecutionStartedEvent {
        name: "order".into(),
        input: Some(r#"{"item":"cars","quantity":10,"gift":false}"#.into()),
        ..Default::default()
    };
    let failed = pb::TaskFailedEvent {
        task_scheduled_id: 0,
        failure_details: Some(pb::TaskFailureDetails {
            error_type: "Declined".into(),
            error_message: "the card 4242 was declined".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let events = vec![
        event(-1, EventType::WorkflowStarted(pb::WorkflowStartedEvent::default())),
        event(-1, EventType::ExecutionStarted(started)),
        event(
            0,
            EventType::TaskScheduled(pb::TaskScheduledEvent { name: "pay".into(), ..Default::default() }),
        ),
        event(-1, EventType::TaskFailed(failed)),
    ];
    HistoryFile { instance_id: "order-1".into(), events }
}

#[test]
fn the_form_of_a_file_is_this_one_for_ever() {
    let text = r#"{
  "format": "dacapo.history/1",
  "instanceId": "order-1",
  "events": [
    {"eventId":-1,"timestamp":"2023-11-14T22:13:20.005Z","workflowStarted":{}},
    {"eventId":-1,"timestamp":"2023-11-14T22:13:20.005Z","executionStarted":{"name":"order","input":"{\"item\":\"cars\",\"quantity\":10,\"gift\":false}"}},
    {"timestamp":"2023-11-14T22:13:20.005Z","taskScheduled":{"name":"pay"}},
    {"eventId":-1,"timestamp":"2023-11-14T22:13:20.005Z","taskFailed":{"failureDetails":{"errorType":"Declined","errorMessage":"the card 4242 was declined"}}}
  ]
}
"#;
    assert_eq!(file().to_json(), text);
    assert_eq!(HistoryFile::from_json(text).unwrap(), file());
}

/// Every kind with every field that is exported.
fn kinds() -> Vec<EventType> {
    use pb::timer_created_event::Origin;
    let text = || Some("\"x\"".to_owned());
    let time = || Some(prost_types::Timestamp { seconds: -1, nanos: 999_999_999 });
    let failure = || {
        let inner = pb::TaskFailureDetails { error_type: "Inner".into(), ..Default::default() };
        Some(pb::TaskFailureDetails {
            error_type: "E".into(),
            error_message: "m".into(),
            stack_trace: text(),
            inner_failure: Some(Box::new(inner)),
            is_non_retriable: true,
        })
    };
    let trace =
        || Some(pb::TraceContext { trace_parent: "00".into(), span_id: "1".into(), trace_state: text() });
    let rerun = || Some(pb::RerunParentInstanceInfo { instance_id: "r".into() });
    let instance = || Some(pb::WorkflowInstance { instance_id: "i".into(), execution_id: text() });
    let timer = |origin| {
        let (fire_at, name) = (time(), text());
        EventType::TimerCreated(pb::TimerCreatedEvent {
            fire_at,
            name,
            rerun_parent_instance_info: rerun(),
            origin,
        })
    };
    let mut kinds = vec![
        EventType::ExecutionStarted(pb::ExecutionStartedEvent {
            name: "n".into(),
            version: text(),
            input: text(),
            workflow_instance: instance(),
            parent_instance: Some(pb::ParentInstanceInfo {
                task_scheduled_id: 3,
                name: text(),
                version: text(),
                workflow_instance: instance(),
                app_id: text(),
                app_namespace: text(),
            }),
            scheduled_start_timestamp: time(),
            parent_trace_context: trace(),
            workflow_span_id: text(),
            tags: [("a".to_owned(), "b".to_owned())].into(),
        }),
        EventType::ExecutionTerminated(pb::ExecutionTerminatedEvent { input: text(), recurse: true }),
        EventType::TaskScheduled(pb::TaskScheduledEvent {
            name: "n".into(),
            version: text(),
            input: text(),
            parent_trace_context: trace(),
            task_execution_id: "t".into(),
            rerun_parent_instance_info: rerun(),
            history_propagation_scope: Some(2),
        }),
        EventType::TaskCompleted(pb::TaskCompletedEvent {
            task_scheduled_id: 1,
            result: text(),
            task_execution_id: "t".into(),
            ..Default::default()
        }),
        EventType::TaskFailed(pb::TaskFailedEvent {
            task_scheduled_id: 1,
            failure_details: failure(),
            task_execution_id: "t".into(),
            ..Default::default()
        }),
        EventType::ChildWorkflowInstanceCreated(pb::ChildWorkflowInstanceCreatedEvent {
            instance_id: "c".into(),
            name: "n".into(),
            version: text(),
            input: text(),
            parent_trace_context: trace(),
            rerun_parent_instance_info: rerun(),
            history_propagation_scope: Some(99),
            retry_parent_instance_info: Some(pb::RetryParentInstanceInfo { instance_id: "r".into() }),
        }),
        EventType::ChildWorkflowInstanceCompleted(pb::ChildWorkflowInstanceCompletedEvent {
            task_scheduled_id: 1,
            result: text(),
            ..Default::default()
        }),
        EventType::ChildWorkflowInstanceFailed(pb::ChildWorkflowInstanceFailedEvent {
            task_scheduled_id: 1,
            failure_details: failure(),
            ..Default::default()
        }),
        EventType::TimerFired(pb::TimerFiredEvent { fire_at: time(), timer_id: 4 }),
        EventType::WorkflowStarted(pb::WorkflowStartedEvent {
            version: Some(pb::WorkflowVersion { patches: vec!["p".into()], name: text() }),
        }),
        EventType::WorkflowCompleted(pb::WorkflowCompletedEvent {}),
        EventType::EventSent(pb::EventSentEvent { instance_id: "i".into(), name: "n".into(), input: text() }),
        EventType::EventRaised(pb::EventRaisedEvent { name: "n".into(), input: text() }),
        EventType::ContinueAsNew(pb::ContinueAsNewEvent { input: text() }),
        EventType::ExecutionSuspended(pb::ExecutionSuspendedEvent { input: text() }),
        EventType::ExecutionResumed(pb::ExecutionResumedEvent { input: text() }),
        EventType::DetachedWorkflowInstanceCreated(pb::DetachedWorkflowInstanceCreatedEvent {
            instance_id: "d".into(),
        }),
        timer(None),
        timer(Some(Origin::CreateTimer(pb::TimerOriginCreateTimer {}))),
        timer(Some(Origin::ExternalEvent(pb::TimerOriginExternalEvent { name: "e".into() }))),
        timer(Some(Origin::ActivityRetry(pb::TimerOriginActivityRetry { task_execution_id: "t".into() }))),
        timer(Some(Origin::ChildWorkflowRetry(pb::TimerOriginChildWorkflowRetry {
            instance_id: "i".into(),
        }))),
    ];
    for number in [0, 1, 3, 77] {
        kinds.push(EventType::ExecutionCompleted(pb::ExecutionCompletedEvent {
            workflow_status: number,
            result: text(),
            failure_details: failure(),
        }));
        kinds.push(EventType::ExecutionStalled(pb::ExecutionStalledEvent {
            reason: number,
            description: text(),
        }));
    }
    kinds
}

#[test]
fn every_kind_of_event_survives_the_round_trip() {
    let router = pb::TaskRouter {
        source_app_id: "a".into(),
        target_app_id: Some("b".into()),
        target_app_namespace: Some("n".into()),
    };
    let mut events: Vec<_> = kinds().into_iter().map(|kind| event(7, kind)).collect();
    events[0].router = Some(router);
    // A kind of a later release.
    events.push(pb::HistoryEvent { event_id: 9, ..Default::default() });
    let file = HistoryFile { instance_id: "i-1".into(), events };
    let text = file.to_json();
    assert_eq!(HistoryFile::from_json(&text).unwrap(), file, "{text}");
    assert_eq!(HistoryFile::of_encoded("i-1", file.encoded()).unwrap(), file);
}

#[test]
fn enums_are_written_by_name() {
    let stalled = pb::ExecutionStalledEvent {
        reason: pb::StalledReason::VersionNotAvailable as i32,
        description: None,
    };
    let file = HistoryFile {
        instance_id: "i".into(),
        events: vec![event(-1, EventType::ExecutionStalled(stalled))],
    };
    assert!(file.to_json().contains(r#"{"reason":"VERSION_NOT_AVAILABLE"}"#), "{}", file.to_json());
}

#[test]
fn redacting_removes_texts_and_keeps_what_decides() {
    let text = file().redacted().to_json();
    for secret in ["cars", "4242"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(text.contains(r#"{\"gift\":false,\"item\":\"***\",\"quantity\":10}"#), "{text}");
    let plain = file().map_payloads(|payload| *payload = payload.replace("cars", "boats")).to_json();
    assert!(plain.contains(r#"\"item\":\"boats\""#), "{plain}");
}

#[track_caller]
fn refuse(text: &str, words: &str) {
    let error = HistoryFile::from_json(text).unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
}

#[test]
fn what_cannot_be_read_is_named() {
    refuse("[]", "a history is a JSON object with `format`, `instanceId` and `events`");
    refuse(
        r#"{"format":"dacapo.history/9","instanceId":"i","events":[]}"#,
        "this release reads `dacapo.history/1`",
    );
    let with = |event: &str| format!(r#"{{"format":"{FORMAT}","instanceId":"i","events":[{event}]}}"#);
    refuse(
        &with(r#"{"taskScheduled":{"nam":"pay"}}"#),
        "event 0 of the history cannot be read: `taskScheduled`: unknown field `nam`",
    );
    refuse(&with(r#"{"taskFinished":{}}"#), "unknown variant `taskFinished`");
    refuse(
        &with(r#"{"taskScheduled":{},"timerFired":{}}"#),
        "more than one kind: `taskScheduled`, `timerFired`",
    );
    refuse(&with(r#"{"timestamp":"yesterday"}"#), "`yesterday` is no time of RFC 3339");
    refuse(
        &with(r#"{"executionCompleted":{"workflowStatus":"DONE"}}"#),
        "`DONE` is no name that is known here",
    );
    let error = HistoryFile::of_encoded("i", [b"\xff"]).unwrap_err().to_string();
    assert!(error.starts_with("event 0 of the history cannot be read: "), "{error}");
}

#[test]
fn encoded_events_are_what_a_sidecar_stores() {
    let encoded = file().encoded();
    assert_eq!(pb::HistoryEvent::decode(encoded[2].clone()).unwrap(), file().events[2]);
    assert_eq!(file().workflow(), Some("order"));
}
