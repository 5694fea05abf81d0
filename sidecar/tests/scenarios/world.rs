//! A core with its clock, one connected worker and the answers received so far.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use dacapo_proto::pb::{self, OrchestrationStatus, work_item};
use dacapo_sidecar::core::{
    Answer, Code, Command, Config, Core, ManualClock, RandomIds, Reply, StreamId, Ticket, Time, WorkerMemory,
};
use dacapo_sidecar::store::{Durability, MemoryStore, SqliteStore, Store};
use tempfile::TempDir;

use crate::common::{decode, get, words};

/// The moment at which every test begins, in seconds.
pub(crate) const START: i64 = 1_000_000;

pub(crate) const APP: &str = "shop";

pub(crate) struct World {
    pub(crate) core: Core,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) stream: StreamId,
    /// The app that commands come from.
    app: &'static str,
    streams: BTreeMap<&'static str, StreamId>,
    answers: BTreeMap<Ticket, Answer>,
    tickets: u64,
    folder: Option<TempDir>,
}

/// A turn that the worker has.
pub(crate) struct Turn {
    pub(crate) request: pb::WorkflowRequest,
    pub(crate) token: String,
}

/// An activity that the worker has.
pub(crate) struct Activity {
    pub(crate) request: pb::ActivityRequest,
    pub(crate) token: String,
}

/// Runs a scenario on both stores, with a worker of each of these apps; the first one has the word.
pub(crate) fn each_store_with(apps: &[&'static str], scenario: impl Fn(&mut World)) {
    let served = |store| {
        let mut config = Config::default();
        config.apps = apps.iter().map(ToString::to_string).collect();
        World::with_store(store, config)
    };
    let folder = TempDir::new().unwrap();
    let file = SqliteStore::open(folder.path().join("test.db"), Durability::Normal).unwrap();
    for mut world in [served(Box::new(MemoryStore::new())), served(Box::new(file))] {
        apps.iter().rev().for_each(|app| world.switch(app));
        scenario(&mut world);
    }
}

/// Runs a scenario on both stores.
pub(crate) fn each_store(scenario: impl Fn(&mut World)) {
    scenario(&mut World::in_memory());
    scenario(&mut World::on_file());
}

impl World {
    pub(crate) fn in_memory() -> Self {
        Self::with_store(Box::new(MemoryStore::new()), Config::default())
    }

    pub(crate) fn on_file() -> Self {
        let folder = TempDir::new().unwrap();
        let store = SqliteStore::open(folder.path().join("test.db"), Durability::Normal).unwrap();
        Self { folder: Some(folder), ..Self::with_store(Box::new(store), Config::default()) }
    }

    pub(crate) fn on_copy_of(file: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("test.db");
        std::fs::copy(file, &path).unwrap();
        let store = SqliteStore::open(path, Durability::Normal).unwrap();
        Self { folder: Some(folder), ..Self::with_store(Box::new(store), Config::default()) }
    }

    pub(crate) fn with_store(store: Box<dyn Store>, config: Config) -> Self {
        let clock = Arc::new(ManualClock::new(Time::from_nanos(START * 1_000_000_000)));
        let mut core = Core::new(store, clock.clone(), Box::new(RandomIds), config).unwrap();
        let stream = core.open_stream(APP, WorkerMemory::None);
        let streams = [(APP, stream)].into();
        Self { core, clock, stream, app: APP, streams, answers: BTreeMap::new(), tickets: 0, folder: None }
    }

    /// Goes on as this app, with a worker of it.
    pub(crate) fn switch(&mut self, app: &'static str) {
        let core = &mut self.core;
        self.app = app;
        self.stream = *self.streams.entry(app).or_insert_with(|| core.open_stream(app, WorkerMemory::None));
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.as_ref().unwrap().path().join("test.db")
    }

    /// Ends the core without any farewell, as a crash does, and starts another one on the same file.
    pub(crate) fn restart(self) -> Self {
        let path = self.path();
        let Self { core, clock, folder, .. } = self;
        drop(core);
        let store = Box::new(SqliteStore::open(path, Durability::Normal).unwrap());
        let mut core = Core::new(store, clock.clone(), Box::new(RandomIds), Config::default()).unwrap();
        let stream = core.open_stream(APP, WorkerMemory::None);
        let streams = [(APP, stream)].into();
        Self { core, clock, stream, app: APP, streams, answers: BTreeMap::new(), tickets: 0, folder }
    }

    /// Ends the core; the file lives as long as what this returns.
    pub(crate) fn into_folder(self) -> Option<TempDir> {
        self.folder
    }

    /// Executes a command, whose answer may come later.
    pub(crate) fn begin(&mut self, command: Command) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.core.execute(ticket, self.app, command);
        self.commit();
        ticket
    }

    pub(crate) fn commit(&mut self) {
        self.answers.extend(self.core.commit());
    }

    /// The answer to a command, once it is there.
    pub(crate) fn answer(&mut self, ticket: Ticket) -> Option<Answer> {
        self.answers.remove(&ticket)
    }

    /// Executes a command that is answered at once.
    #[track_caller]
    pub(crate) fn call(&mut self, command: Command) -> Answer {
        let ticket = self.begin(command);
        self.answer(ticket).expect("the command was not answered")
    }

    #[track_caller]
    pub(crate) fn refused(&mut self, command: Command) -> (Code, String) {
        let rejection = self.call(command).expect_err("the command was accepted");
        (rejection.code, rejection.message)
    }

    /// Creates an instance without waiting for its first turn.
    #[track_caller]
    pub(crate) fn start(&mut self, id: &str) {
        let command = Command::Start(crate::common::request(id, "w"));
        self.call(Command::NoWait(Box::new(command))).unwrap();
    }

    /// Creates an instance and answers its first turn.
    #[track_caller]
    pub(crate) fn run(&mut self, id: &str, actions: Vec<pb::WorkflowAction>) {
        self.start(id);
        self.next_turn(id, actions);
    }

    /// Takes the next item, which is a turn of this instance, and answers it.
    #[track_caller]
    pub(crate) fn next_turn(&mut self, id: &str, actions: Vec<pb::WorkflowAction>) -> Vec<String> {
        let turn = self.turn();
        assert_eq!(turn.request.instance_id, id);
        let new_events = words(&turn.request.new_events);
        self.reply(&turn, actions);
        new_events
    }

    #[track_caller]
    pub(crate) fn turn(&mut self) -> Turn {
        let item = self.core.take(self.stream).expect("there is no work");
        match item.request {
            Some(work_item::Request::WorkflowRequest(request)) => {
                Turn { request, token: item.completion_token }
            }
            other => panic!("expected a turn, got {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn activity(&mut self) -> Activity {
        let item = self.core.take(self.stream).expect("there is no work");
        match item.request {
            Some(work_item::Request::ActivityRequest(request)) => {
                Activity { request, token: item.completion_token }
            }
            other => panic!("expected an activity, got {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn idle(&mut self) {
        let item = self.core.take(self.stream);
        assert!(item.is_none(), "expected no work, got {item:?}");
    }

    #[track_caller]
    pub(crate) fn reply(&mut self, turn: &Turn, actions: Vec<pb::WorkflowAction>) {
        self.respond(pb::WorkflowResponse {
            instance_id: turn.request.instance_id.clone(),
            actions,
            completion_token: turn.token.clone(),
            ..pb::WorkflowResponse::default()
        });
    }

    #[track_caller]
    pub(crate) fn respond(&mut self, response: pb::WorkflowResponse) {
        assert_eq!(self.call(Command::CompleteWorkflow(response)), Ok(Reply::Done));
    }

    /// Takes the next item, which is an activity of this name, and answers it.
    #[track_caller]
    pub(crate) fn next_activity(&mut self, name: &str, outcome: Result<&str, &str>) {
        let activity = self.activity();
        assert_eq!(activity.request.name, name);
        self.finish(&activity, outcome);
    }

    #[track_caller]
    pub(crate) fn finish(&mut self, activity: &Activity, outcome: Result<&str, &str>) {
        let instance = activity.request.workflow_instance.clone().unwrap();
        let response = pb::ActivityResponse {
            instance_id: instance.instance_id,
            task_id: activity.request.task_id,
            result: outcome.ok().map(Into::into),
            failure_details: outcome.err().map(crate::common::failure),
            completion_token: activity.token.clone(),
        };
        assert_eq!(self.call(Command::CompleteActivity(response)), Ok(Reply::Done));
    }

    /// Loses the worker and connects another one.
    pub(crate) fn reconnect(&mut self) {
        self.core.close_stream(self.stream);
        self.stream = self.core.open_stream(self.app, WorkerMemory::None);
        self.streams.insert(self.app, self.stream);
    }

    pub(crate) fn advance(&mut self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        self.commit();
    }

    #[track_caller]
    pub(crate) fn state(&mut self, id: &str) -> Option<pb::WorkflowState> {
        match self.call(Command::Get(get(id))) {
            Ok(Reply::Instance(instance)) => instance.workflow_state,
            other => panic!("expected an instance, got {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn status(&mut self, id: &str) -> OrchestrationStatus {
        self.state(id).expect("the instance does not exist").workflow_status()
    }

    #[track_caller]
    pub(crate) fn events(&mut self, id: &str) -> Vec<pb::HistoryEvent> {
        let request = pb::GetInstanceHistoryRequest { instance_id: id.into() };
        match self.call(Command::History(request)) {
            Ok(Reply::History(history)) => decode(&history.events),
            other => panic!("expected a history, got {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn history(&mut self, id: &str) -> Vec<String> {
        words(&self.events(id))
    }
}
