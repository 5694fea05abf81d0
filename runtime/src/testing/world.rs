//! Everything that a test environment holds, behind one lock.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dacapo_engine::{ActionKind, Answer};
use dacapo_proto::{WorkItem, decode, encode, pb};
use dacapo_sidecar::core::{
    Answer as Reply, Clock as _, Command, Config, Core, CountedIds, ManualClock, StreamId, Ticket, Time,
    WorkerMemory,
};
use dacapo_sidecar::store::MemoryStore;

use super::check::{self, Whose};
use super::crash::Crashes;
use super::fault::Fault;
use super::job::Job;
use super::logs::Logs;
use super::mock::{CallKey, Mocks};
use super::mockable::CalledKind;
use super::random::Random;
use super::trace::Trace;
use super::turn::{self, Begun, Ran, Turn};
use crate::Timestamp;
use crate::registry::Registry;

/// The app that a test plays.
pub(super) const APP: &str = "test";

/// Where the virtual clock starts: 2030-01-01T00:00:00Z.
const START: Time = Time::from_nanos(1_893_456_000_000_000_000);

/// How often each turn is run again.
const REPLAYS: usize = 3;

/// How many turns an execution has that is a long one.
const LONG: usize = 30;

/// How many steps one wait may take.
const STEPS_MAX: usize = 100_000;

/// Everything that a test environment holds.
pub(super) struct World {
    pub(super) core: Core,
    clock: Arc<ManualClock>,
    streams: BTreeMap<String, StreamId>,
    pub(super) answers: BTreeMap<Ticket, Reply>,
    last_ticket: u64,
    instance_ids: u64,
    registry: Arc<Registry>,
    /// Whether everything in the program is still to be registered.
    everything: bool,
    is_complete: bool,
    pub(super) instances: BTreeMap<String, Watched>,
    pub(super) mocks: Mocks,
    pub(super) calls: Vec<(CallKey, Option<String>)>,
    noted: BTreeSet<CallKey>,
    pub(super) replies: Vec<EventReply>,
    pub(super) logs: Logs,
    pub(super) random: Random,
    pub(super) seed: u64,
    pub(super) crashes: Crashes,
    pub(super) replays: usize,
    pub(super) steps_max: usize,
}

/// The payload (JSON, or absent) for an instance that waits, if it is to get one.
pub(super) type PayloadFor = Box<dyn FnMut(&str) -> Option<Option<String>> + Send>;

/// What a test answers to workflows that wait for an event.
pub(super) struct EventReply {
    /// The event's name.
    pub(super) event: String,
    pub(super) payload: PayloadFor,
    /// The waits that were answered: instance, execution and action.
    pub(super) answered: BTreeSet<(String, String, i32)>,
}

/// What is known of an instance beside what the sidecar knows.
#[derive(Default)]
pub(super) struct Watched {
    pub(super) begun: Begun,
    /// The turns of this execution, with what they came to.
    turns: Vec<(Turn, Ran)>,
    /// The turns of all executions.
    number: usize,
    /// Where the actions of this execution were asked for.
    pub(super) trace: Trace,
    /// The ids of what the code waits for.
    pub(super) awaited: Vec<i32>,
}

/// What a worker would be given to do.
pub(super) enum Work {
    Job(Job),
    /// A turn was run and its answer is ready.
    Turned {
        app: String,
        command: Command,
        what: String,
    },
}

impl World {
    pub(super) fn new() -> Self {
        let clock = Arc::new(ManualClock::new(START));
        let store = Box::new(MemoryStore::new());
        let core =
            Core::new(store, Arc::clone(&clock) as _, Box::new(CountedIds::default()), Config::default())
                .expect("an empty store in memory can be read");
        let mut world = Self {
            core,
            clock,
            streams: BTreeMap::new(),
            answers: BTreeMap::new(),
            last_ticket: 0,
            instance_ids: 0,
            registry: Arc::default(),
            everything: true,
            is_complete: false,
            instances: BTreeMap::new(),
            mocks: Mocks::default(),
            calls: Vec::new(),
            noted: BTreeSet::new(),
            replies: Vec::new(),
            logs: Logs::default(),
            random: Random::new(0),
            seed: 0,
            crashes: Crashes::default(),
            replays: REPLAYS,
            steps_max: STEPS_MAX,
        };
        world.serve(APP);
        world
    }

    pub(super) fn seed(&mut self, seed: u64) {
        (self.seed, self.random) = (seed, Random::new(seed));
    }

    /// What tests register by name; everything else is left out then.
    pub(super) fn register(&mut self, add: impl FnOnce(&mut Registry)) {
        self.everything = false;
        add(Arc::make_mut(&mut self.registry));
    }

    pub(super) fn register_everything(&mut self) {
        self.everything = true;
    }

    pub(super) fn add_state<T: Send + Sync + 'static>(&mut self, state: T) {
        Arc::make_mut(&mut self.registry).add_state(state);
    }

    /// The functions and states of the test.
    pub(super) fn registry(&mut self) -> Arc<Registry> {
        if !self.is_complete {
            if self.everything {
                Arc::make_mut(&mut self.registry).add_all();
            }
            self.is_complete = true;
        }
        Arc::clone(&self.registry)
    }

    /// The same, when there is but one function for the name that is asked for.
    pub(super) fn registry_for(&mut self, kind: CalledKind, name: &str) -> Result<Arc<Registry>, Fault> {
        let registry = self.registry();
        let kind = if kind == CalledKind::Activity { "activity" } else { "workflow" };
        registry.check_name(kind, name).map_err(|error| {
            Fault::new(format!(
                "{error}; or name what this test needs: `TestEnv::new().workflow(..).activity(..)`"
            ))
        })?;
        Ok(registry)
    }

    pub(super) fn now(&self) -> Time {
        self.clock.now()
    }

    pub(super) fn timestamp(&self) -> Timestamp {
        Timestamp(decode::timestamp(self.now().to_proto()))
    }

    /// Moves the clock, never back, and lets happen what is due then.
    pub(super) fn set_time(&mut self, time: Time) {
        self.clock.set(time.max(self.now()));
        self.commit();
    }

    /// An id for an instance that was given none.
    pub(super) fn next_instance_id(&mut self) -> String {
        self.instance_ids += 1;
        format!("test-{}", self.instance_ids)
    }

    pub(super) fn apps(&self) -> impl Iterator<Item = &String> {
        self.streams.keys()
    }

    pub(super) fn execute(&mut self, app: &str, command: Command) -> Ticket {
        self.last_ticket += 1;
        let ticket = Ticket(self.last_ticket);
        self.core.execute(ticket, app, command);
        self.commit();
        ticket
    }

    pub(super) fn commit(&mut self) {
        self.answers.extend(self.core.commit());
    }

    /// Gives an answer of the worker; nobody waits for what the core says to it.
    pub(super) fn give(&mut self, app: &str, command: Command) {
        let ticket = self.execute(app, command);
        self.answers.remove(&ticket);
    }

    /// Takes work for `app` from now on.
    fn serve(&mut self, app: &str) {
        if !self.streams.contains_key(app) {
            self.core.serve(app);
            let stream = self.core.open_stream(app, WorkerMemory::None);
            self.streams.insert(app.to_owned(), stream);
        }
    }

    /// The worker is lost, with all that it had, and another one comes.
    pub(super) fn crash(&mut self) {
        for (app, stream) in std::mem::take(&mut self.streams) {
            self.core.close_stream(stream);
            let stream = self.core.open_stream(&app, WorkerMemory::None);
            self.streams.insert(app, stream);
        }
        self.commit();
    }

    /// The next piece of work; a turn is run at once.
    pub(super) fn next_work(&mut self) -> Result<Option<Work>, Fault> {
        let streams: Vec<_> = self.streams.iter().map(|(app, stream)| (app.clone(), *stream)).collect();
        for (app, stream) in streams {
            let Some(item) = self.core.take(stream) else { continue };
            return match decode::work_item(item) {
                WorkItem::Activity(item) => Ok(Some(Work::Job(Job::of_activity(&app, item)))),
                WorkItem::Workflow(turn) => self.turn(app, turn).map(Some),
                WorkItem::Unknown { .. } => Ok(None),
            };
        }
        Ok(None)
    }

    fn turn(&mut self, app: String, item: dacapo_proto::WorkflowTurn) -> Result<Work, Fault> {
        let dacapo_proto::WorkflowTurn { instance_id, past, new, propagated, token, .. } = item;
        let turn = Turn {
            instance_id: instance_id.clone(),
            past: past.len(),
            history: past.into(),
            new,
            propagated,
        };
        let begun = turn.begun().unwrap_or_default();
        if self.mocks.know(CalledKind::Workflow, &begun.workflow) {
            return Ok(Work::Job(Job::of_workflow(&app, token, instance_id, begun)));
        }
        let answer = self.run(turn, begun.clone())?;
        self.serve_targets(&answer);
        let what = format!("a turn of workflow `{}` (instance `{instance_id}`) had run", begun.workflow);
        let command = Command::CompleteWorkflow(encode::answer(instance_id, token, answer));
        Ok(Work::Turned { app, command, what })
    }

    /// Runs a turn, and again, and demands the same each time.
    fn run(&mut self, turn: Turn, begun: Begun) -> Result<Answer, Fault> {
        let registry = self.registry_for(CalledKind::Workflow, &begun.workflow)?;
        let watched = self.instances.entry(turn.instance_id.clone()).or_default();
        if watched.begun.execution_id != begun.execution_id {
            *watched = Watched { number: watched.number, begun, ..Watched::default() };
        }
        watched.number += 1;
        let whose = watched.whose(&turn.instance_id, watched.number);
        let first = self.logs.of(&whose.workflow, &turn.instance_id, || turn.run(&registry));
        watched.awaited.clone_from(&first.awaited);
        let answer = match &first.verdict {
            Ok(answer) => answer.clone(),
            Err(problem) => return Err(check::problem(problem, &watched.trace, &first.trace, &whose)),
        };
        // Of a long execution each turn is run again once: the turns before have been run again more often.
        let replays = if watched.turns.len() < LONG { self.replays } else { self.replays.min(1) };
        check::replay(&registry, &turn, &first, replays, &whose)?;
        for (id, place) in &first.trace {
            watched.trace.entry(*id).or_insert(place);
        }
        let is_over = answer.actions.iter().any(|action| matches!(action.kind, ActionKind::Complete(_)));
        for (earlier, _) in &mut watched.turns {
            earlier.history = Arc::clone(&turn.history);
        }
        watched.turns.push((turn, first));
        if is_over && self.replays > 0 {
            watched.check_all(&registry)?;
        }
        for warning in &answer.warnings {
            tracing::warn!(instance_id = whose.instance_id, workflow = whose.workflow, "{warning}");
        }
        Ok(answer)
    }

    /// Whoever work is sent to is served, so that a mock can answer for it.
    fn serve_targets(&mut self, answer: &Answer) {
        let targets = answer.actions.iter().filter_map(|action| action.router.as_ref()?.target_app.clone());
        let targets: Vec<_> = targets.collect();
        targets.iter().for_each(|app| self.serve(app));
    }

    /// Notes a call of an activity or workflow. One that is delivered again was noted before.
    pub(super) fn note_call(&mut self, key: &CallKey, input: Option<String>) {
        if self.noted.insert(key.clone()) {
            self.calls.push((key.clone(), input));
        }
    }

    /// Answers a command that needs no turn.
    pub(super) fn ask(&mut self, command: Command) -> Option<Reply> {
        let ticket = self.execute(APP, command);
        let reply = self.answers.remove(&ticket);
        if reply.is_none() {
            self.core.cancel(ticket);
        }
        reply
    }

    /// The encoded events of an instance.
    pub(super) fn history(&mut self, instance_id: &str) -> Reply {
        let request = pb::GetInstanceHistoryRequest { instance_id: instance_id.to_owned() };
        let reply = self.ask(Command::History(request));
        reply.unwrap_or(Ok(dacapo_sidecar::core::Reply::Done))
    }
}

impl Watched {
    fn whose(&self, instance_id: &str, turn: usize) -> Whose {
        Whose { workflow: self.begun.workflow.clone(), instance_id: instance_id.to_owned(), turn }
    }

    /// Replays every turn once more: what changed since must not matter. A continued instance begins anew.
    fn check_all(&mut self, registry: &Registry) -> Result<(), Fault> {
        // Of a turn that was delivered again only the last delivery is in the history.
        let is_lost = |place: usize| {
            self.turns.get(place + 1).is_some_and(|(next, _)| next.past == self.turns[place].0.past)
        };
        let places: Vec<usize> = (0..self.turns.len()).filter(|place| !is_lost(*place)).collect();
        let turns: Vec<&Turn> = places.iter().map(|place| &self.turns[*place].0).collect();
        let before = self.number - self.turns.len();
        for (again, place) in turn::repeat_all(&turns, registry).iter().zip(places) {
            let (turn, first) = &self.turns[place];
            check::compare(first, again, &self.whose(&turn.instance_id, before + place + 1))?;
        }
        Ok(())
    }
}
