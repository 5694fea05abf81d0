//! Whatever a history says, the engine answers or names a problem: it never panics, and never answers one way
//! when the events come in one turn and another way when they come in two.
//!
//! `DACAPO_CASES=100000 cargo test -p dacapo-engine --test robustness` runs longer. A failure prints its seed and
//! its smallest case, and is kept in `robustness.proptest-regressions`.

mod support;

use dacapo_engine::{
    Event, EventKind, Execution, FailureDetails, Outcome, Settings, TimerOrigin, Timestamp, WorkflowVersion,
    replay,
};
use proptest::prelude::*;
use support::{at, programs::Programs, recorded, started};

const PROGRAMS: &[&str] = &[
    "chain",
    "retry-in-join",
    "retry-loses-race",
    "child-retry",
    "detached",
    "timers",
    "timed-out-activity",
    "nested-joins",
    "race-of-joins",
    "fail-fast-many",
    "buffered",
    "two-waiters",
    "wait-again",
    "loser-gives-back",
    "unseen-event-reaches-next-waiter",
    "old-wait-then-activity",
    "generations",
    "generations-dropping-work",
    "started-retry",
    "status",
];

/// Names that programs use, so that events meet their work.
fn name() -> impl Strategy<Value = String> {
    let names = [
        "reserve", "charge", "ship", "a", "b", "pick", "square", "Go", "go", "Stop", "Drop", "pack", "audit",
    ];
    prop::sample::select(names.to_vec()).prop_map(String::from)
}

fn id() -> impl Strategy<Value = i32> {
    prop_oneof![20 => 0..8_i32, 1 => any::<i32>()]
}

fn payload() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[a-z]{0,3}")
}

fn failure() -> impl Strategy<Value = Option<FailureDetails>> {
    let details = (any::<bool>(), "[A-Z]").prop_map(|(is_final, error_type)| {
        let details = FailureDetails::new(error_type, "no");
        if is_final { details.non_retriable() } else { details }
    });
    prop::option::weighted(0.8, details)
}

fn origin() -> impl Strategy<Value = Option<TimerOrigin>> {
    prop_oneof![
        Just(None),
        Just(Some(TimerOrigin::CreateTimer)),
        name().prop_map(|name| Some(TimerOrigin::ExternalEvent { name })),
        Just(Some(TimerOrigin::ActivityRetry { task_execution_id: "x".into() })),
        Just(Some(TimerOrigin::ChildRetry { instance_id: "x".into() })),
    ]
}

fn time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        (0..100_i64).prop_map(at),
        Just(Timestamp::MAX),
        (any::<i64>(), any::<u32>()).prop_map(|(seconds, nanos)| Timestamp::new(seconds, nanos)),
    ]
}

fn scheduling() -> impl Strategy<Value = Event> {
    let kind = prop_oneof![
        name().prop_map(|name| EventKind::TaskScheduled { name, task_execution_id: String::new() }),
        (name(), name()).prop_map(|(name, instance_id)| EventKind::ChildCreated { name, instance_id }),
        (time(), prop::option::of(name()), origin())
            .prop_map(|(fire_at, name, origin)| EventKind::TimerCreated { fire_at, name, origin }),
        name().prop_map(|instance_id| EventKind::DetachedCreated { instance_id }),
    ];
    (id(), kind).prop_map(|(id, kind)| recorded(id, kind))
}

fn resolution() -> impl Strategy<Value = EventKind> {
    let task_execution_id = String::new;
    prop_oneof![
        (id(), payload()).prop_map(move |(scheduled_id, result)| EventKind::TaskCompleted {
            scheduled_id,
            result,
            task_execution_id: task_execution_id(),
        }),
        (id(), failure()).prop_map(move |(scheduled_id, details)| EventKind::TaskFailed {
            scheduled_id,
            details,
            task_execution_id: task_execution_id(),
        }),
        (id(), payload())
            .prop_map(|(scheduled_id, result)| EventKind::ChildCompleted { scheduled_id, result }),
        (id(), failure())
            .prop_map(|(scheduled_id, details)| EventKind::ChildFailed { scheduled_id, details }),
        (id(), time()).prop_map(|(timer_id, fire_at)| EventKind::TimerFired { timer_id, fire_at }),
    ]
}

fn control() -> impl Strategy<Value = EventKind> {
    prop_oneof![
        4 => Just(EventKind::ExecutionSuspended),
        6 => Just(EventKind::ExecutionResumed),
        1 => payload().prop_map(|input| EventKind::ExecutionTerminated { input, recurse: true }),
        1 => Just(EventKind::ExecutionCompleted),
        1 => Just(EventKind::EventSent),
        1 => Just(EventKind::Ignored),
    ]
}

fn turn() -> impl Strategy<Value = Event> {
    let version = prop::option::of((prop::collection::vec(name(), 0..2), prop::option::of(name())));
    (0..100_i64, version).prop_map(|(seconds, version)| {
        let version = version.map(|(patches, name)| WorkflowVersion { patches, name });
        Event { timestamp: at(seconds), ..support::event(EventKind::WorkflowStarted { version }) }
    })
}

/// Arbitrary scheduling events soon disagree with the code, so half of the histories have none.
fn event(program: &'static str, scheduling_weight: u32) -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => Just(started(program, Some("i"))),
        2 => turn(),
        scheduling_weight => scheduling(),
        8 => resolution().prop_map(support::event),
        6 => (name(), payload()).prop_map(|(name, input)| support::event(EventKind::EventRaised { name, input })),
        1 => control().prop_map(support::event),
    ]
}

fn history() -> impl Strategy<Value = Vec<Event>> {
    let program = prop::sample::select(PROGRAMS.to_vec());
    (program, prop::sample::select(vec![0, 2])).prop_flat_map(|(program, weight)| {
        prop::collection::vec(event(program, weight), 0..40).prop_map(move |mut events| {
            events.insert(0, started(program, Some("i")));
            events.insert(0, support::turn(0));
            events
        })
    })
}

/// The events in two turns, on an execution that is kept between them.
fn in_two_turns(events: &[Event], split: usize) -> Outcome {
    let mut execution = Execution::new(Settings::default());
    for event in &events[..split] {
        execution.apply(event.clone(), false, &Programs::default());
    }
    execution.outcome();
    for event in &events[split..] {
        execution.apply(event.clone(), false, &Programs::default());
    }
    execution.outcome()
}

proptest! {
    #![proptest_config(support::cases(1_000))]

    #[test]
    fn arbitrary_histories_are_answered_alike_in_any_turns(events in history(), split in any::<prop::sample::Index>()) {
        let split = split.index(events.len() + 1);
        let whole = replay(Vec::new(), events.clone(), &Programs::default(), Settings::default());
        prop_assert_eq!(&in_two_turns(&events, split), &whole);
        let (past, new) = events.split_at(split);
        let replayed = replay(past.to_vec(), new.to_vec(), &Programs::default(), Settings::default());
        prop_assert_eq!(&replayed, &whole);
    }
}
