//! Events, actions and answers in compact JSON.

use dacapo_engine::{
    Action, ActionKind, Answer, Completion, CompletionStatus, Event, EventKind, ExecutionStarted,
    FailureDetails, Outcome, ParentInfo, Propagation, Router, TimerOrigin, Timestamp, TraceContext,
    WorkflowVersion,
};
use serde_json::{Map, Value, json};

/// Reads an event; `time` is its timestamp.
///
/// # Panics
/// When it is none.
pub fn event(value: &Value, time: Timestamp) -> Event {
    let (tag, body) = match value {
        Value::String(tag) => (tag.as_str(), &Value::Null),
        Value::Object(map) if map.len() == 1 => {
            let (tag, body) = map.iter().next().unwrap();
            (tag.as_str(), body)
        }
        other => panic!("{other} is no event"),
    };
    let id = match tag {
        "scheduled" | "childCreated" | "timerCreated" | "detachedCreated" => int(&body[0]),
        _ => -1,
    };
    let timestamp = if tag == "turn" { super::at(body["at"].as_i64().unwrap()) } else { time };
    let router = (tag == "started").then(|| router(&body["app"]));
    Event { id, timestamp, router: router.flatten(), kind: kind(tag, body) }
}

fn router(app: &Value) -> Option<Router> {
    match app {
        Value::Null => Some(Router { source_app: "shop".into(), ..Router::default() }),
        Value::String(app) => Some(Router { source_app: app.clone(), ..Router::default() }),
        Value::Array(apps) => {
            Some(Router { source_app: str(&apps[0]), target_app: text(&apps[1]), target_namespace: None })
        }
        _ => None,
    }
}

fn kind(tag: &str, body: &Value) -> EventKind {
    match tag {
        "turn" => EventKind::WorkflowStarted { version: version(body) },
        "started" => EventKind::ExecutionStarted(started(body).into()),
        "scheduled" => EventKind::TaskScheduled {
            name: str(&body[1]),
            task_execution_id: text(&body[2]).unwrap_or_default(),
        },
        "completed" => EventKind::TaskCompleted {
            scheduled_id: int(&body[0]),
            result: text(&body[1]),
            task_execution_id: text(&body[2]).unwrap_or_default(),
        },
        "failed" => EventKind::TaskFailed {
            scheduled_id: int(&body[0]),
            details: failure(&body[1]),
            task_execution_id: text(&body[2]).unwrap_or_default(),
        },
        "childCreated" => EventKind::ChildCreated { name: str(&body[1]), instance_id: str(&body[2]) },
        "childCompleted" => EventKind::ChildCompleted { scheduled_id: int(&body[0]), result: text(&body[1]) },
        "childFailed" => EventKind::ChildFailed { scheduled_id: int(&body[0]), details: failure(&body[1]) },
        "timerCreated" => EventKind::TimerCreated {
            fire_at: time(&body[1]),
            name: text(&body[2]),
            origin: origin(&body[3]),
        },
        "fired" => EventKind::TimerFired { timer_id: int(body), fire_at: Timestamp::UNIX_EPOCH },
        "raised" => EventKind::EventRaised { name: str(&body[0]), input: text(&body[1]) },
        "suspended" => EventKind::ExecutionSuspended,
        "resumed" => EventKind::ExecutionResumed,
        "terminated" => EventKind::ExecutionTerminated { input: text(body), recurse: false },
        "detachedCreated" => EventKind::DetachedCreated { instance_id: str(&body[1]) },
        "executionCompleted" => EventKind::ExecutionCompleted,
        "eventSent" => EventKind::EventSent,
        "ignored" => EventKind::Ignored,
        other => panic!("{other} is no kind of event"),
    }
}

fn started(body: &Value) -> ExecutionStarted {
    let tags = body["tags"].as_object().into_iter().flatten();
    ExecutionStarted {
        name: text(&body["name"]).unwrap_or_default(),
        input: text(&body["input"]),
        instance_id: text(&body["instance"]).unwrap_or_else(|| "abc".into()),
        // `false` is a sidecar that does not say.
        execution_id: match &body["execution"] {
            Value::Bool(false) => None,
            execution => Some(text(execution).unwrap_or_else(|| "gen-1".into())),
        },
        parent: text(&body["parent"]).map(|instance_id| ParentInfo {
            instance_id,
            name: "parent".into(),
            task_scheduled_id: 7,
            app_id: Some("shop".into()),
            ..ParentInfo::default()
        }),
        tags: tags.map(|(key, value)| (key.clone(), str(value))).collect(),
        scheduled_start: None,
        trace_parent: text(&body["trace"])
            .map(|trace_parent| TraceContext { trace_parent, trace_state: Some("s=1".into()) }),
    }
}

fn version(body: &Value) -> Option<WorkflowVersion> {
    let patches: Vec<_> = body["patches"].as_array().into_iter().flatten().map(str).collect();
    let name = text(&body["version"]);
    (name.is_some() || !patches.is_empty()).then_some(WorkflowVersion { patches, name })
}

/// `"Type: message"`, or an object.
fn failure(value: &Value) -> Option<FailureDetails> {
    if let Some(line) = value.as_str() {
        let (error_type, message) = line.split_once(": ").unwrap();
        return Some(FailureDetails::new(error_type, message));
    }
    let map = value.as_object()?;
    let mut read = failure(&map["failure"])?;
    read.non_retriable = map.get("final").is_some();
    read.inner = map.get("inner").and_then(failure).map(Box::new);
    Some(read)
}

fn origin(value: &Value) -> Option<TimerOrigin> {
    match value {
        Value::Null => None,
        Value::String(tag) if tag == "timer" => Some(TimerOrigin::CreateTimer),
        other => {
            let (tag, id) = other.as_object()?.iter().next()?;
            Some(match tag.as_str() {
                "event" => TimerOrigin::ExternalEvent { name: str(id) },
                "retry" => TimerOrigin::ActivityRetry { task_execution_id: str(id) },
                "childRetry" => TimerOrigin::ChildRetry { instance_id: str(id) },
                tag => panic!("{tag} is no origin"),
            })
        }
    }
}

/// The outcome of a turn.
pub fn outcome(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Answer(answer) => self::answer(answer),
        Outcome::Problem(problem) => json!({ "problem": problem.to_string() }),
    }
}

fn answer(answer: &Answer) -> Value {
    let mut map = Map::new();
    map.insert("actions".into(), answer.actions.iter().map(action).collect());
    put(&mut map, "status", answer.custom_status.as_deref());
    if let Some(version) = &answer.version {
        map.insert("patches".into(), json!(version.patches));
        put(&mut map, "version", version.name.as_deref());
    }
    if !answer.warnings.is_empty() {
        map.insert(
            "warnings".into(),
            answer.warnings.iter().map(|warning| json!(warning.to_string())).collect(),
        );
    }
    Value::Object(map)
}

fn action(action: &Action) -> Value {
    let mut map = Map::new();
    map.insert("id".into(), json!(action.id));
    match &action.kind {
        ActionKind::ScheduleTask { name, input, task_execution_id, propagation } => {
            put(&mut map, "activity", Some(name));
            put(&mut map, "input", input.as_deref());
            put(&mut map, "call", Some(task_execution_id));
            propagate(&mut map, *propagation);
        }
        ActionKind::CreateChild { instance_id, name, input, propagation, retry_parent } => {
            put(&mut map, "child", Some(name));
            put(&mut map, "instance", Some(instance_id).filter(|id| !id.is_empty()).map(String::as_str));
            put(&mut map, "input", input.as_deref());
            put(&mut map, "retryOf", retry_parent.as_deref());
            propagate(&mut map, *propagation);
        }
        ActionKind::CreateTimer { fire_at, name, origin } => {
            put(&mut map, "timer", Some(&fire_at.to_string()));
            put(&mut map, "name", name.as_deref());
            map.insert("origin".into(), origin_json(origin));
        }
        ActionKind::CreateDetached { instance_id, name, input, scheduled_start, tags } => {
            put(&mut map, "detached", Some(name));
            put(&mut map, "instance", Some(instance_id));
            put(&mut map, "input", input.as_deref());
            put(&mut map, "startAt", scheduled_start.map(|time| time.to_string()).as_deref());
            if !tags.is_empty() {
                map.insert("tags".into(), json!(tags));
            }
        }
        ActionKind::Complete(end) => complete(&mut map, end),
        ActionKind::VersionNotAvailable => put(&mut map, "version", Some("not available")),
    }
    if let Some(router) = &action.router {
        map.insert("route".into(), json!([router.source_app, router.target_app, router.target_namespace]));
    }
    Value::Object(map)
}

fn propagate(map: &mut Map<String, Value>, propagation: Propagation) {
    if propagation != Propagation::None {
        put(map, "propagate", Some(&format!("{propagation:?}")));
    }
}

fn complete(map: &mut Map<String, Value>, end: &Completion) {
    let status = match end.status {
        CompletionStatus::Completed => "completed",
        CompletionStatus::Failed => "failed",
        CompletionStatus::Terminated => "terminated",
        CompletionStatus::ContinuedAsNew => "continuedAsNew",
    };
    put(map, "end", Some(status));
    put(map, "result", end.result.as_deref());
    if let Some(failure) = &end.failure {
        put(map, "failure", Some(&format!("{}: {}", failure.error_type, failure.message)));
    }
    if !end.carryover.is_empty() {
        map.insert("carries".into(), end.carryover.iter().map(carried).collect());
    }
}

fn carried(event: &Event) -> Value {
    let EventKind::EventRaised { name, input } = &event.kind else { panic!("{event:?} is carried over") };
    assert_eq!(event.id, -1);
    json!([name, input])
}

fn origin_json(origin: &TimerOrigin) -> Value {
    match origin {
        TimerOrigin::CreateTimer => json!("timer"),
        TimerOrigin::ExternalEvent { name } => json!({ "event": name }),
        TimerOrigin::ActivityRetry { task_execution_id } => json!({ "retry": task_execution_id }),
        TimerOrigin::ChildRetry { instance_id } => json!({ "childRetry": instance_id }),
    }
}

fn put(map: &mut Map<String, Value>, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        map.insert(key.into(), json!(value));
    }
}

fn int(value: &Value) -> i32 {
    i32::try_from(value.as_i64().unwrap()).unwrap()
}

fn str(value: &Value) -> String {
    value.as_str().unwrap().into()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(Into::into)
}

fn time(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}
