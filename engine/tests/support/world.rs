//! A sidecar made up by proptest: it runs a program's turns in whatever order it is told, loses answers, repeats
//! results, and looks whether kept executions and replays answer the same.

use std::collections::{BTreeMap, BTreeSet};

use dacapo_engine::{
    Action, ActionKind, Answer, CompletionStatus, Context, Event, EventKind, Execution, FailureDetails,
    Outcome, Problem, Settings, Start, Started, WorkflowVersion, Workflows, replay,
};
use proptest::prelude::*;

use super::{event, generated::Program, recorded, started, turn};

/// What happens next in the world. Numbers choose among what there is.
#[derive(Clone, Debug)]
pub enum Act {
    Succeed(usize),
    Fail(usize),
    Fire(usize),
    Raise(usize),
    RepeatResult(usize),
    Suspend,
    Resume,
    Terminate,
    /// A turn begins with all that has arrived.
    Turn,
    /// A turn is run, but its answer never arrives.
    LoseAnswer,
    /// The worker forgets the execution it has kept.
    Evict,
}

/// Sequences of acts.
pub fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        8 => (0..9_usize).prop_map(Act::Succeed),
        3 => (0..9_usize).prop_map(Act::Fail),
        5 => (0..9_usize).prop_map(Act::Fire),
        5 => (0..3_usize).prop_map(Act::Raise),
        1 => (0..9_usize).prop_map(Act::RepeatResult),
        1 => Just(Act::Suspend),
        2 => Just(Act::Resume),
        10 => Just(Act::Turn),
        2 => Just(Act::LoseAnswer),
        1 => Just(Act::Evict),
    ];
    let last = prop_oneof![1 => Just(Act::Terminate), 9 => Just(Act::Turn)];
    (prop::collection::vec(act, 1..60), last).prop_map(|(mut acts, last)| {
        acts.push(last);
        acts.push(Act::Turn);
        acts
    })
}

struct Generated<'a>(&'a Program);

impl Workflows for Generated<'_> {
    fn start(&self, start: &Start<'_>, context: Context) -> Result<Started, Problem> {
        let input = start.execution.input.clone();
        Ok(Started { body: Box::pin(self.0.clone().run(context, input)), version: None })
    }
}

/// One instance and all that its sidecar knows.
pub struct World<'a> {
    program: &'a Program,
    past: Vec<Event>,
    inbox: Vec<Event>,
    open: BTreeMap<i32, Kind>,
    results: Vec<Event>,
    clock: i64,
    generation: usize,
    /// Ids recorded in this generation.
    ids: BTreeSet<i32>,
    /// The generation and first id of each logical call.
    calls: BTreeMap<String, usize>,
    warm: Option<Execution>,
    since: Vec<Event>,
    ended: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Task,
    Child,
    Timer,
}

impl<'a> World<'a> {
    pub fn new(program: &'a Program) -> Self {
        Self {
            program,
            past: Vec::new(),
            inbox: vec![generation_started(1, None)],
            open: BTreeMap::new(),
            results: Vec::new(),
            clock: 0,
            generation: 1,
            ids: BTreeSet::new(),
            calls: BTreeMap::new(),
            warm: None,
            since: Vec::new(),
            ended: false,
        }
    }

    /// Lets `act` happen.
    ///
    /// # Panics
    /// When a kept execution, a replay or a split turn answers otherwise than the others.
    pub fn act(&mut self, act: &Act) {
        self.clock += 1;
        match act {
            _ if self.ended => {}
            Act::Succeed(n) => self.resolve(*n, true),
            Act::Fail(n) => self.resolve(*n, false),
            Act::Fire(n) => self.fire(*n),
            Act::Raise(n) => {
                let input = format!("e{}", self.clock);
                self.inbox.push(super::raised(super::generated::EVENTS[*n], &input));
            }
            Act::RepeatResult(n) => {
                let repeated = self.results.get(n % self.results.len().max(1)).cloned();
                self.inbox.extend(repeated);
            }
            Act::Suspend => self.inbox.push(event(EventKind::ExecutionSuspended)),
            Act::Resume => self.inbox.push(event(EventKind::ExecutionResumed)),
            Act::Terminate => {
                self.inbox.push(event(EventKind::ExecutionTerminated {
                    input: Some("stop".into()),
                    recurse: false,
                }));
            }
            Act::Turn => self.turn(),
            Act::LoseAnswer => {
                self.run();
                self.warm = None;
            }
            Act::Evict => self.warm = None,
        }
    }

    fn pick(&mut self, n: usize, is_wanted: impl Fn(Kind) -> bool) -> Option<(i32, Kind)> {
        let wanted: Vec<_> = self.open.iter().filter(|(_, kind)| is_wanted(**kind)).collect();
        let (id, kind) = wanted.get(n % wanted.len().max(1)).map(|(id, kind)| (**id, **kind))?;
        self.open.remove(&id);
        Some((id, kind))
    }

    fn resolve(&mut self, n: usize, succeeds: bool) {
        let Some((id, kind)) = self.pick(n, |kind| kind != Kind::Timer) else { return };
        let (result, task_execution_id) = (Some(format!("r{}", self.clock)), String::new());
        let error_type = ["Broken", "Hopeless", "Down"][n % 3];
        let details = Some(FailureDetails::new(error_type, format!("f{}", self.clock)));
        let kind = match (kind, succeeds) {
            (Kind::Task, true) => EventKind::TaskCompleted { scheduled_id: id, result, task_execution_id },
            (Kind::Task, false) => EventKind::TaskFailed { scheduled_id: id, details, task_execution_id },
            (_, true) => EventKind::ChildCompleted { scheduled_id: id, result },
            (_, false) => EventKind::ChildFailed { scheduled_id: id, details },
        };
        self.arrive(kind);
    }

    fn fire(&mut self, n: usize) {
        if let Some((timer_id, _)) = self.pick(n, |kind| kind == Kind::Timer) {
            self.clock += 10;
            self.arrive(EventKind::TimerFired { timer_id, fire_at: super::at(self.clock) });
        }
    }

    fn arrive(&mut self, kind: EventKind) {
        self.inbox.push(event(kind.clone()));
        self.results.push(event(kind));
    }

    fn turn(&mut self) {
        let (new, answer) = self.run();
        self.inbox.clear();
        self.commit(new, answer);
    }

    /// Runs a turn in every way there is.
    fn run(&mut self) -> (Vec<Event>, Answer) {
        let mut new = vec![turn(self.clock)];
        new.extend(self.inbox.iter().cloned());
        let cold = self.replay(&self.past, &new);
        if !self.program.has_patches() {
            self.check_splits(&new, &cold);
        }
        self.check_warm(&new, &cold);
        let Outcome::Answer(answer) = cold else { panic!("{cold:?}") };
        (new, answer)
    }

    fn replay(&self, past: &[Event], new: &[Event]) -> Outcome {
        replay(past.to_vec(), new.to_vec(), &Generated(self.program), Settings::default())
    }

    fn check_splits(&self, new: &[Event], cold: &Outcome) {
        for split in 1..=new.len() {
            let past: Vec<_> = self.past.iter().chain(&new[..split]).cloned().collect();
            assert_eq!(&self.replay(&past, &new[split..]), cold, "after {split} events of the turn");
        }
    }

    fn check_warm(&mut self, new: &[Event], cold: &Outcome) {
        let workflows = Generated(self.program);
        let mut warm = self.warm.take().unwrap_or_else(|| {
            self.since = self.past.clone();
            Execution::new(Settings::default())
        });
        for event in self.since.drain(..) {
            warm.apply(event, true, &workflows);
        }
        for event in new {
            warm.apply(event.clone(), false, &workflows);
        }
        assert_eq!(&warm.outcome(), cold, "a kept execution answers otherwise than a replay");
        self.warm = Some(warm);
    }

    /// What the sidecar does with an answer.
    fn commit(&mut self, mut new: Vec<Event>, answer: Answer) {
        self.report_version(&mut new[0], answer.version);
        self.past.extend(new);
        for action in answer.actions {
            assert!(self.ids.insert(action.id), "id {} is used again", action.id);
            let Some(event) = self.apply(&action) else { return };
            self.since.push(event.clone());
            self.past.push(event);
        }
    }

    fn report_version(&self, first: &mut Event, version: Option<WorkflowVersion>) {
        let known: Vec<_> = self.past.iter().filter_map(patches).flatten().collect();
        let reported = version.map(|version| version.patches).unwrap_or_default();
        // The sidecar would stall the instance.
        assert!(
            reported.iter().take(known.len()).eq(known),
            "recorded patches are no prefix of {reported:?}"
        );
        let patches = reported[self.past.iter().filter_map(patches).map(Vec::len).sum::<usize>()..].to_vec();
        first.kind = EventKind::WorkflowStarted { version: Some(WorkflowVersion { patches, name: None }) };
    }

    /// The event that records `action`; `None` when the history ends with it.
    fn apply(&mut self, action: &Action) -> Option<Event> {
        let kind = match &action.kind {
            ActionKind::ScheduleTask { name, task_execution_id, .. } => {
                let generation = *self.calls.entry(task_execution_id.clone()).or_insert(self.generation);
                assert_eq!(generation, self.generation, "two generations share the call {task_execution_id}");
                self.open.insert(action.id, Kind::Task);
                EventKind::TaskScheduled { name: name.clone(), task_execution_id: task_execution_id.clone() }
            }
            ActionKind::CreateChild { name, instance_id, .. } => {
                self.open.insert(action.id, Kind::Child);
                EventKind::ChildCreated { name: name.clone(), instance_id: instance_id.clone() }
            }
            ActionKind::CreateTimer { fire_at, name, origin } => {
                self.open.insert(action.id, Kind::Timer);
                EventKind::TimerCreated {
                    fire_at: *fire_at,
                    name: name.clone(),
                    origin: Some(origin.clone()),
                }
            }
            ActionKind::CreateDetached { instance_id, .. } => {
                EventKind::DetachedCreated { instance_id: instance_id.clone() }
            }
            ActionKind::Complete(end) => {
                match end.status {
                    CompletionStatus::ContinuedAsNew => {
                        self.next_generation(end.result.clone(), &end.carryover)
                    }
                    _ => self.ended = true,
                }
                return None;
            }
            ActionKind::VersionNotAvailable => unreachable!("no program has versions"),
        };
        Some(recorded(action.id, kind))
    }

    fn next_generation(&mut self, input: Option<String>, carryover: &[Event]) {
        self.generation += 1;
        self.past.clear();
        self.inbox = vec![generation_started(self.generation, input)];
        self.inbox.extend_from_slice(carryover);
        self.open.clear();
        self.results.clear();
        self.ids.clear();
        self.warm = None;
        self.since.clear();
    }
}

fn patches(event: &Event) -> Option<&Vec<String>> {
    match &event.kind {
        EventKind::WorkflowStarted { version: Some(version) } => Some(&version.patches),
        _ => None,
    }
}

fn generation_started(generation: usize, input: Option<String>) -> Event {
    let mut event = started("generated", input.as_deref());
    if let EventKind::ExecutionStarted(started) = &mut event.kind {
        started.execution_id = Some(format!("gen-{generation}"));
    }
    event
}
