//! What the tests of the engine share: programs, and histories in readable JSON.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails the test")]

pub mod fixed;
pub mod generated;
pub mod history;
pub mod json;
pub mod programs;
pub mod world;

use dacapo_engine::{Event, EventKind, ExecutionStarted, Router, Timestamp};

/// The time at which all test histories begin.
pub const BEGIN: i64 = 1_767_225_600;

/// `seconds` after the histories begin.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::new(BEGIN + seconds, 0)
}

/// An event that records no action.
pub fn event(kind: EventKind) -> Event {
    recorded(-1, kind)
}

/// An event that records the action `id`.
pub fn recorded(id: i32, kind: EventKind) -> Event {
    Event { id, timestamp: at(0), router: None, kind }
}

/// The beginning of a turn.
pub fn turn(seconds: i64) -> Event {
    Event { timestamp: at(seconds), ..event(EventKind::WorkflowStarted { version: None }) }
}

/// The start of `program`.
pub fn started(program: &str, input: Option<&str>) -> Event {
    let started = ExecutionStarted {
        name: program.into(),
        input: input.map(Into::into),
        instance_id: "abc".into(),
        execution_id: Some("gen-1".into()),
        ..ExecutionStarted::default()
    };
    let router = Some(Router { source_app: "shop".into(), ..Router::default() });
    Event { router, ..event(EventKind::ExecutionStarted(started.into())) }
}

/// An activity was scheduled.
pub fn scheduled(id: i32, name: &str) -> Event {
    recorded(id, EventKind::TaskScheduled { name: name.into(), task_execution_id: String::new() })
}

/// An activity succeeded.
pub fn completed(id: i32, result: &str) -> Event {
    let result = Some(result.into());
    event(EventKind::TaskCompleted { scheduled_id: id, result, task_execution_id: String::new() })
}

/// An external event arrived.
pub fn raised(name: &str, input: &str) -> Event {
    event(EventKind::EventRaised { name: name.into(), input: Some(input.into()) })
}

/// How often a property is tried; `DACAPO_CASES` overrides it.
pub fn cases(default: u32) -> proptest::test_runner::Config {
    let cases = std::env::var("DACAPO_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(default);
    let persistence = proptest::test_runner::FileFailurePersistence::WithSource("proptest-regressions");
    proptest::test_runner::Config {
        cases,
        failure_persistence: Some(Box::new(persistence)),
        max_shrink_iters: 20_000,
        ..proptest::test_runner::Config::default()
    }
}
