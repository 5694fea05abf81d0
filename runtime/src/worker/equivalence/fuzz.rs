//! Whatever a sidecar sends, the worker does not panic, and what it keeps makes no difference.

use std::sync::Arc;

use bytes::Bytes;
use dacapo_engine::{
    Event, EventKind, ExecutionStarted, FailureDetails, Router, TimerOrigin, Timestamp, WorkflowVersion,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::era::{Era, era};
use super::interpreter::Interpreter;
use super::program::{Program, program};
use super::sidecar::{Offer, Sidecar};
use super::workers::{DIFFERENCE, Worker, work_item};

/// New events of turns, one turn after the other.
fn batches() -> impl Strategy<Value = Vec<Vec<Event>>> {
    let first = vec(event(), 0..4).prop_map(|mut batch| {
        batch.insert(batch.len().min(1), started());
        batch
    });
    (first, vec(vec(event(), 0..8), 0..6)).prop_map(|(first, mut rest)| {
        rest.insert(0, first);
        rest
    })
}

fn event() -> impl Strategy<Value = Event> {
    let id = prop_oneof![8 => -1..12_i32, 1 => any::<i32>()];
    let time =
        prop_oneof![8 => (0..10_i64).prop_map(|seconds| Timestamp::new(seconds, 0)), 1 => extreme_time()];
    let router = option::weighted(0.2, Just(Router { source_app: "app".to_owned(), ..Router::default() }));
    (id.clone(), time, router, kind(id)).prop_map(|(id, timestamp, router, kind)| Event {
        id,
        timestamp,
        router,
        kind,
    })
}

fn extreme_time() -> impl Strategy<Value = Timestamp> {
    (any::<i64>(), any::<u32>()).prop_map(|(seconds, nanos)| Timestamp::new(seconds, nanos))
}

fn started() -> Event {
    let started = ExecutionStarted {
        name: "program".to_owned(),
        input: Some("0".to_owned()),
        instance_id: "order-1".to_owned(),
        execution_id: Some("execution-1".to_owned()),
        ..ExecutionStarted::default()
    };
    let kind = EventKind::ExecutionStarted(started.into());
    Event { id: -1, timestamp: Timestamp::UNIX_EPOCH, router: None, kind }
}

fn kind(id: impl Strategy<Value = i32> + Clone + 'static) -> impl Strategy<Value = EventKind> {
    let name = (0..3_u8).prop_map(|number| format!("w{number}"));
    let call = "[ab]?";
    let result = option::of("[a-c]{0,2}");
    let details = option::of(Just(FailureDetails::new("Boom", "no")));
    let time = prop_oneof![Just(Timestamp::UNIX_EPOCH), Just(Timestamp::MAX), extreme_time()];
    let origin = option::of(prop_oneof![
        Just(TimerOrigin::CreateTimer),
        (0..3_u8).prop_map(|name| TimerOrigin::ExternalEvent { name: format!("e{name}") }),
        Just(TimerOrigin::ActivityRetry { task_execution_id: "a".to_owned() }),
        Just(TimerOrigin::ChildRetry { instance_id: "order-1:0000".to_owned() }),
    ]);
    let version = option::of((vec("p[0-2]", 0..3), option::weighted(0.2, Just("2".to_owned()))))
        .prop_map(|version| version.map(|(patches, name)| WorkflowVersion { patches, name }));
    prop_oneof![
        2 => version.prop_map(|version| EventKind::WorkflowStarted { version }),
        1 => Just(started().kind),
        2 => (name.clone(), call).prop_map(|(name, task_execution_id)| EventKind::TaskScheduled { name, task_execution_id }),
        3 => (id.clone(), result.clone(), call).prop_map(|(scheduled_id, result, task_execution_id)| {
            EventKind::TaskCompleted { scheduled_id, result, task_execution_id }
        }),
        2 => (id.clone(), details.clone(), call).prop_map(|(scheduled_id, details, task_execution_id)| {
            EventKind::TaskFailed { scheduled_id, details, task_execution_id }
        }),
        1 => (name, "[ab]{0,2}").prop_map(|(name, instance_id)| EventKind::ChildCreated { name, instance_id }),
        1 => (id.clone(), result.clone())
            .prop_map(|(scheduled_id, result)| EventKind::ChildCompleted { scheduled_id, result }),
        1 => (id.clone(), details)
            .prop_map(|(scheduled_id, details)| EventKind::ChildFailed { scheduled_id, details }),
        2 => (time.clone(), option::of("e[0-2]"), origin)
            .prop_map(|(fire_at, name, origin)| EventKind::TimerCreated { fire_at, name, origin }),
        3 => (id, time).prop_map(|(timer_id, fire_at)| EventKind::TimerFired { timer_id, fire_at }),
        4 => ("[eE][0-2]", result).prop_map(|(name, input)| EventKind::EventRaised { name, input }),
        1 => Just(EventKind::ExecutionSuspended),
        1 => Just(EventKind::ExecutionResumed),
        1 => any::<bool>().prop_map(|recurse| EventKind::ExecutionTerminated { input: None, recurse }),
        1 => "order-1-[01]".prop_map(|instance_id| EventKind::DetachedCreated { instance_id }),
        1 => Just(EventKind::ExecutionCompleted),
        1 => Just(EventKind::EventSent),
        1 => Just(EventKind::Ignored),
    ]
}

/// What happens to bytes on their way.
#[derive(Clone, Debug)]
enum Damage {
    Change { at: usize, by: u8 },
    Cut { at: usize },
    Insert { at: usize, byte: u8 },
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let damage = prop_oneof![
        3 => (any::<usize>(), 1..=u8::MAX).prop_map(|(at, by)| Damage::Change { at, by }),
        1 => any::<usize>().prop_map(|at| Damage::Cut { at }),
        1 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Damage::Insert { at, byte }),
    ];
    vec(damage, 1..4)
}

fn damaged(bytes: &[u8], damages: &[Damage]) -> Bytes {
    let mut bytes = bytes.to_vec();
    for damage in damages {
        let length = bytes.len();
        match *damage {
            Damage::Change { at, by } if length > 0 => bytes[at % length] ^= by,
            Damage::Cut { at } => bytes.truncate(at % (length + 1)),
            Damage::Insert { at, byte } => bytes.insert(at % (length + 1), byte),
            Damage::Change { .. } => {}
        }
    }
    bytes.into()
}

fn worker(program: Program) -> Worker {
    Worker::new(Interpreter::silent(Arc::new(program)))
}

/// Saves a turn as a sidecar does that believes everything.
fn believe(sidecar: &mut Sidecar, worker: &mut Worker, batch: Vec<Event>) -> TestCaseResult {
    let offer = Offer { taken: 0, new: batch };
    let answer = match worker.run(sidecar, &offer, true) {
        Ok(answer) => answer,
        Err(difference) if difference.starts_with(DIFFERENCE) => return Err(TestCaseError::fail(difference)),
        // Such histories are full of problems.
        Err(_) => None,
    };
    sidecar.append(offer.new);
    let records = answer.map(|answer| sidecar.dispatch(&answer, true));
    sidecar.append(records.unwrap_or_default());
    Ok(())
}

proptest! {
    #![proptest_config(super::config(super::cases()))]

    #[test]
    fn any_events_are_answered_the_same_by_kept_executions(program in program(), era in era(), batches in batches()) {
        let (mut sidecar, mut worker) = (Sidecar::new(era), worker(program));
        for batch in batches {
            believe(&mut sidecar, &mut worker, batch)?;
        }
    }

    #[test]
    fn a_turn_of_damaged_bytes_is_run_or_refused(
        program in program(), era in era(), batches in batches(), whole in damages(), one in damages(), chosen in any::<usize>()
    ) {
        // What a sidecar leaves out it has sent before, and so it has to have sent the same.
        let (mut sidecar, mut worker) = (Sidecar::new(Era { sends_deltas: false, ..era }), worker(program));
        for batch in batches {
            let offer = Offer { taken: 0, new: batch.clone() };
            worker.try_execute(damaged(&work_item(&sidecar, &offer, None), &whole));
            believe(&mut sidecar, &mut worker, batch)?;
            let (length, mut broken) = (sidecar.bytes.len(), sidecar.clone());
            if let Some(event) = broken.bytes.get_mut(chosen % length.max(1)) {
                *event = damaged(event, &one);
            }
            worker.try_execute(work_item(&broken, &offer, None));
        }
    }

    #[test]
    fn any_bytes_are_a_turn_or_refused(program in program(), items in vec(vec(any::<u8>(), 0..300), 1..4)) {
        let mut worker = worker(program);
        for item in items {
            worker.try_execute(item.into());
        }
    }
}
