//! Kept executions against full replay, without a connection.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use dacapo_engine::{
    ActionKind, Answer, Context, Event as HistoryEvent, EventKind, ExecutionStarted, Problem, Start, Started,
    Timestamp as Time, Workflows,
};
use dacapo_proto::{WorkflowTurn, encode};
use tokio::sync::oneshot;

use super::*;
use crate::private::LocalWorkflow;
use crate::registry::{Registration, Registry};
use crate::worker::executor::{Begun, Executor, TurnEnd};

/// Counts how often workflows are begun: once an execution, and once more for every replay.
struct Counting {
    registry: Registry,
    starts: AtomicUsize,
}

impl Workflows for Counting {
    fn start(&self, start: &Start<'_>, context: Context) -> Result<Started, Problem> {
        self.starts.fetch_add(1, Ordering::Relaxed);
        self.registry.start(start, context)
    }
}

fn add<A, F>(registry: &mut Registry, _workflow: F)
where
    F: WorkflowFn<A>,
    F::Marker: LocalWorkflow,
{
    registry.add(Registration::workflow::<F::Marker>());
}

/// An executor, and a sidecar's view of one instance of `quadruple`.
struct Bench {
    counting: Arc<Counting>,
    executor: Executor,
    past: Vec<HistoryEvent>,
    clock: i64,
}

impl Bench {
    fn new(bytes_max: usize) -> Self {
        let mut registry = Registry::default();
        add(&mut registry, quadruple);
        let counting = Arc::new(Counting { registry, starts: AtomicUsize::new(0) });
        let executor = Executor::new(counting.clone(), bytes_max, Duration::from_secs(60));
        Self { counting, executor, past: Vec::new(), clock: 1_700_000_000 }
    }

    fn starts(&self) -> usize {
        self.counting.starts.load(Ordering::Relaxed)
    }

    fn event(&self, id: i32, kind: EventKind) -> HistoryEvent {
        HistoryEvent { id, timestamp: Time::new(self.clock, 0), router: None, kind }
    }

    fn turn(&mut self, kinds: Vec<EventKind>) -> WorkflowTurn {
        self.clock += 1;
        let started = EventKind::WorkflowStarted { version: None };
        let new = std::iter::once(started).chain(kinds).map(|kind| self.event(-1, kind)).collect();
        WorkflowTurn {
            instance_id: "a-1".to_owned(),
            execution_id: Some("e-1".to_owned()),
            past: self.past.iter().map(|event| Bytes::from(encode::event_bytes(event))).collect(),
            new,
            propagated: None,
            cached_history: None,
            token: String::new(),
        }
    }

    fn first(&mut self) -> WorkflowTurn {
        let started = ExecutionStarted {
            name: "quadruple".to_owned(),
            input: Some("1".to_owned()),
            instance_id: "a-1".to_owned(),
            execution_id: Some("e-1".to_owned()),
            ..Default::default()
        };
        self.turn(vec![EventKind::ExecutionStarted(started.into())])
    }

    fn completed(&mut self, scheduled_id: i32, result: &str) -> WorkflowTurn {
        let result = Some(result.to_owned());
        self.turn(vec![EventKind::TaskCompleted { scheduled_id, result, task_execution_id: String::new() }])
    }

    fn run(&mut self, turn: &WorkflowTurn) -> Answer {
        let (sender, begun) = oneshot::channel();
        match self.executor.run(turn.clone(), 0, Begun::new(sender)) {
            TurnEnd::Ended(ending) => {
                assert_eq!(begun.blocking_recv().as_deref(), Ok("quadruple"));
                ending.verdict.unwrap()
            }
            TurnEnd::HistoryNeeded(turn) => panic!("the history of {turn:?} is needed"),
        }
    }

    /// Records a turn and its answer, as a sidecar commits them.
    fn commit(&mut self, turn: WorkflowTurn, answer: &Answer) {
        self.past.extend(turn.new);
        for action in &answer.actions {
            let ActionKind::ScheduleTask { name, task_execution_id, .. } = &action.kind else { continue };
            let kind =
                EventKind::TaskScheduled { name: name.clone(), task_execution_id: task_execution_id.clone() };
            self.past.push(self.event(action.id, kind));
        }
    }

    /// What a worker answers that has never seen the instance.
    fn replayed(&self, turn: &WorkflowTurn) -> Answer {
        let mut other = Self::new(0);
        other.run(turn)
    }
}

#[test]
fn a_workflow_is_begun_once_and_answers_as_a_full_replay_does() {
    let mut bench = Bench::new(1 << 20);
    let first = bench.first();
    let answer = bench.run(&first);
    bench.commit(first, &answer);
    for (id, result) in [(0, "2"), (1, "4")] {
        let turn = bench.completed(id, result);
        let answer = bench.run(&turn);
        assert_eq!(answer, bench.replayed(&turn));
        bench.commit(turn, &answer);
    }
    assert_eq!(bench.starts(), 1);
}

#[test]
fn the_same_turn_again_is_replayed_to_the_same_answer() {
    let mut bench = Bench::new(1 << 20);
    let first = bench.first();
    let answer = bench.run(&first);
    assert_eq!(bench.run(&first), answer);
    assert_eq!(bench.starts(), 2);
    bench.commit(first, &answer);
    let second = bench.completed(0, "2");
    assert_eq!(bench.run(&second), bench.replayed(&second));
    assert_eq!(bench.starts(), 2);
}

#[test]
fn other_history_handed_down_than_before_is_a_reason_to_replay() {
    let chunk = |app_id: &str| pb::PropagatedHistoryChunk { app_id: app_id.to_owned(), ..Default::default() };
    let given = |app_id| Some(pb::PropagatedHistory { scope: 1, chunks: vec![chunk(app_id)] });
    for (second, starts) in [(given("shop"), 1), (given("bank"), 2), (None, 2)] {
        let mut bench = Bench::new(1 << 20);
        let first = WorkflowTurn { propagated: given("shop"), ..bench.first() };
        let answer = bench.run(&first);
        bench.commit(first, &answer);
        let turn = WorkflowTurn { propagated: second, ..bench.completed(0, "2") };
        assert_eq!(bench.run(&turn), bench.replayed(&turn));
        assert_eq!(bench.starts(), starts);
    }
}

#[test]
fn a_turn_whose_answer_was_lost_is_replayed_with_what_came_meanwhile() {
    let mut bench = Bench::new(1 << 20);
    let first = bench.first();
    let answer = bench.run(&first);
    bench.commit(first, &answer);
    let lost = bench.completed(0, "2");
    bench.run(&lost);
    let mut again = bench.completed(0, "2");
    again.new.push(bench.event(-1, EventKind::EventRaised { name: "x".to_owned(), input: None }));
    assert_eq!(bench.run(&again), bench.replayed(&again));
    assert_eq!(bench.starts(), 2);
}

#[test]
fn a_workflow_that_has_ended_is_not_kept() {
    let mut bench = Bench::new(1 << 20);
    let first = bench.first();
    let answer = bench.run(&first);
    bench.commit(first, &answer);
    let second = bench.completed(0, "2");
    let answer = bench.run(&second);
    bench.commit(second, &answer);
    let last = bench.completed(1, "4");
    let answer = bench.run(&last);
    assert!(matches!(answer.actions[0].kind, ActionKind::Complete(_)));
    assert_eq!(bench.executor.idle_left(std::time::Instant::now()), None);
}

#[test]
fn what_is_forgotten_or_has_no_room_or_was_idle_is_replayed() {
    for how in ["forgotten", "no room", "idle"] {
        let mut bench = Bench::new(if how == "no room" { 1 } else { 1 << 20 });
        let first = bench.first();
        let answer = bench.run(&first);
        bench.commit(first, &answer);
        match how {
            "forgotten" => bench.executor.forget("a-1"),
            "idle" => bench.executor.expire(std::time::Instant::now() + Duration::from_secs(60)),
            _ => {}
        }
        let second = bench.completed(0, "2");
        assert_eq!(bench.run(&second), bench.replayed(&second), "{how}");
        assert_eq!(bench.starts(), 2, "{how}");
    }
}

#[test]
fn a_problem_is_believed_only_after_a_full_replay() {
    let mut bench = Bench::new(1 << 20);
    let first = bench.first();
    let answer = bench.run(&first);
    bench.commit(first, &answer);
    let undecodable = bench.completed(0, "\"two\"");
    let (sender, _) = oneshot::channel();
    let TurnEnd::Ended(ending) = bench.executor.run(undecodable, 0, Begun::new(sender)) else {
        panic!("no end")
    };
    assert_eq!(ending.verdict.unwrap_err().error_type, "UndecodablePayload");
    assert_eq!(bench.starts(), 2);
}

#[test]
fn an_event_that_is_none_is_a_problem_with_its_place() {
    let mut bench = Bench::new(1 << 20);
    let first = bench.first();
    let answer = bench.run(&first);
    bench.commit(first, &answer);
    let mut second = bench.completed(0, "2");
    second.past[1] = Bytes::from_static(b"\xff");
    let (sender, _) = oneshot::channel();
    let TurnEnd::Ended(ending) = bench.executor.run(second, 0, Begun::new(sender)) else { panic!("no end") };
    let failure = ending.verdict.unwrap_err();
    assert!(failure.message.starts_with("event 1 of the history cannot be decoded"), "{}", failure.message);
}

#[test]
fn a_delta_without_what_it_continues_asks_for_the_history() {
    let mut bench = Bench::new(1 << 20);
    let mut turn = bench.completed(0, "2");
    turn.cached_history = Some(3);
    let (sender, _) = oneshot::channel();
    assert!(matches!(bench.executor.run(turn, 0, Begun::new(sender)), TurnEnd::HistoryNeeded(_)));
    assert_eq!(bench.starts(), 0);
}
