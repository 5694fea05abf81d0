//! Any sequence of commands gives the same answers, work items and histories on both stores.

use std::sync::Arc;
use std::time::Duration;

use dacapo_proto::pb::{self, OrchestrationStatus, work_item};
use dacapo_sidecar::core::{
    Answer, Clock, Command, Config, Core, CountedIds, ManualClock, StreamId, Ticket, Time, WorkerMemory,
};
use dacapo_sidecar::store::{Durability, MemoryStore, SqliteStore, Store};
use proptest::prelude::*;

use crate::common::*;

const APP: &str = "shop";

#[derive(Clone, Debug)]
enum Step {
    Command(Box<Command>),
    /// Takes a work item and keeps it.
    Take,
    /// Answers the item of this place among those kept.
    Answer(usize, Vec<pb::WorkflowAction>),
    Advance(u64),
    Reconnect,
    Commit,
}

struct Side {
    core: Core,
    clock: Arc<ManualClock>,
    stream: StreamId,
    items: Vec<pb::WorkItem>,
    tickets: u64,
    seen: Vec<String>,
}

impl Side {
    fn new(store: Box<dyn Store>) -> Self {
        let clock = Arc::new(ManualClock::new(Time::EPOCH));
        let ids = Box::new(CountedIds::default());
        let mut core = Core::new(store, clock.clone(), ids, Config::default()).unwrap();
        let stream = core.open_stream(APP, WorkerMemory::None);
        Self { core, clock, stream, items: Vec::new(), tickets: 0, seen: Vec::new() }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Command(command) => self.execute(*command.clone()),
            Step::Take => {
                self.commit();
                let item = self.core.take(self.stream);
                self.seen.push(format!("{item:?}"));
                self.items.extend(item);
            }
            Step::Answer(place, actions) => self.answer(*place, actions),
            Step::Advance(seconds) => self.clock.advance(Duration::from_secs(*seconds)),
            Step::Reconnect => {
                self.core.close_stream(self.stream);
                self.stream = self.core.open_stream(APP, WorkerMemory::None);
            }
            Step::Commit => self.commit(),
        }
    }

    fn answer(&mut self, place: usize, actions: &[pb::WorkflowAction]) {
        let Some(item) = self.items.get(place % self.items.len().max(1)).cloned() else { return };
        let completion_token = item.completion_token;
        self.execute(match item.request.unwrap() {
            work_item::Request::WorkflowRequest(turn) => Command::CompleteWorkflow(pb::WorkflowResponse {
                instance_id: turn.instance_id,
                actions: actions.to_vec(),
                completion_token,
                ..pb::WorkflowResponse::default()
            }),
            work_item::Request::ActivityRequest(activity) => {
                Command::CompleteActivity(pb::ActivityResponse {
                    instance_id: activity.workflow_instance.unwrap().instance_id,
                    task_id: activity.task_id,
                    result: Some("1".into()),
                    failure_details: None,
                    completion_token,
                })
            }
        });
    }

    /// Everything that could be given out now, without tokens, and the histories.
    fn pending(&mut self) -> Vec<String> {
        self.commit();
        self.clock.advance(Duration::from_secs(2));
        self.commit();
        let mut pending = Vec::new();
        while let Some(mut item) = self.core.take(self.stream) {
            item.completion_token.clear();
            pending.push(format!("{item:?}"));
        }
        pending.sort();
        self.seen.clear();
        for id in ["a", "b", "c", "a:0002"] {
            let history = pb::GetInstanceHistoryRequest { instance_id: id.into() };
            self.execute(Command::History(history));
            self.execute(Command::Get(get(id)));
        }
        self.commit();
        // Tickets count on, answers do not.
        pending.extend(self.seen.drain(..).map(|seen| without_tickets(&seen)));
        pending
    }

    fn execute(&mut self, command: Command) {
        self.tickets += 1;
        self.core.execute(Ticket(self.tickets), APP, command);
    }

    fn commit(&mut self) {
        let answers: Vec<(Ticket, Answer)> = self.core.commit();
        self.seen.push(format!("{answers:?} due {:?} at {:?}", self.core.next_due(), self.clock.now()));
    }
}

fn without_tickets(text: &str) -> String {
    let mut pieces = text.split("Ticket(");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces
        .fold(first, |whole, piece| whole + piece.trim_start_matches(|letter: char| letter.is_ascii_digit()))
}

fn id() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("a"), Just("b"), Just("c"), Just("a:0002")]
}

fn actions() -> impl Strategy<Value = Vec<pb::WorkflowAction>> {
    let one = (0..4_i32, 0..8_usize).prop_map(|(id, kind)| match kind {
        0 => task(id, "act"),
        1 => timer(id, 7),
        2 => child(id, "c", if id % 2 == 0 { "" } else { "b" }),
        3 => event_timer(id, "e", 9),
        4 => continue_as_new(id, "1", vec![]),
        5 => detached(id, "d", "c"),
        6 => finish(id, OrchestrationStatus::Completed, Some("1")),
        _ => fail(id, "no"),
    });
    proptest::collection::vec(prop_oneof![8 => one, 1 => hostile_action()], 0..4)
}

/// What no worker sends: any number, any time, any name, or nothing at all.
fn hostile_action() -> impl Strategy<Value = pb::WorkflowAction> {
    use pb::workflow_action::WorkflowActionType as Type;
    (any::<i32>(), any::<i64>(), any::<i32>(), 0..9_usize, id()).prop_map(
        |(id, seconds, number, kind, target)| {
            let fire_at = Some(prost_types::Timestamp { seconds, nanos: number });
            let instance = Some(pb::WorkflowInstance { instance_id: target.into(), execution_id: None });
            match kind {
                0 => pb::WorkflowAction { id, ..pb::WorkflowAction::default() },
                1 => action(id, Type::CreateTimer(pb::CreateTimerAction { fire_at, ..Default::default() })),
                2 => action(
                    id,
                    Type::CompleteWorkflow(pb::CompleteWorkflowAction {
                        workflow_status: number,
                        carryover_events: vec![pb::HistoryEvent::default()],
                        ..Default::default()
                    }),
                ),
                3 => action(id, Type::SendEvent(pb::SendEventAction { instance, ..Default::default() })),
                4 => action(
                    id,
                    Type::TerminateWorkflow(pb::TerminateWorkflowAction {
                        instance_id: target.into(),
                        recurse: true,
                        ..Default::default()
                    }),
                ),
                5 => action(
                    id,
                    Type::CreateDetachedWorkflow(pb::CreateDetachedWorkflowAction {
                        instance_id: target.into(),
                        scheduled_start_timestamp: fire_at,
                        execution_id: Some(String::new()),
                        ..Default::default()
                    }),
                ),
                6 => action(
                    id,
                    Type::ScheduleTask(pb::ScheduleTaskAction {
                        history_propagation_scope: Some(number),
                        ..Default::default()
                    }),
                ),
                7 => routed("", child(id, "", "::")),
                _ => version_not_available(id),
            }
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let command = prop_oneof![
        3 => id().prop_map(|id| Command::Start(request(id, "w"))),
        2 => id().prop_map(|id| Command::Raise(raise(id, "e", "1"))),
        1 => id().prop_map(|id| Command::Suspend(suspend(id))),
        1 => id().prop_map(|id| Command::Resume(resume(id))),
        1 => (id(), any::<bool>()).prop_map(|(id, recursive)| Command::Terminate(terminate(id, recursive))),
        1 => (id(), any::<bool>()).prop_map(|(id, force)| {
            Command::Purge(pb::PurgeInstancesRequest { force: Some(force), recursive: true, ..purge(id) })
        }),
        2 => id().prop_map(|id| Command::Get(get(id))),
        1 => id().prop_map(|id| Command::WaitForCompletion(get(id))),
        1 => id().prop_map(|id| Command::History(pb::GetInstanceHistoryRequest { instance_id: id.into() })),
        1 => Just(Command::List(pb::ListInstanceIDsRequest::default())),
    ];
    prop_oneof![
        4 => command.prop_map(|command| Step::Command(Box::new(command))),
        4 => Just(Step::Take),
        5 => (any::<usize>(), actions()).prop_map(|(place, actions)| Step::Answer(place, actions)),
        1 => (0..5_u64).prop_map(Step::Advance),
        1 => Just(Step::Reconnect),
        2 => Just(Step::Commit),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn memory_and_file_agree(steps in proptest::collection::vec(step(), 1..120)) {
        let folder = tempfile::tempdir().unwrap();
        let file = SqliteStore::open(folder.path().join("test.db"), Durability::Normal).unwrap();
        let mut memory = Side::new(Box::new(MemoryStore::new()));
        let mut file = Side::new(Box::new(file));
        for step in &steps {
            memory.step(step);
            file.step(step);
        }
        memory.commit();
        file.commit();
        prop_assert!(!memory.seen.iter().any(|seen| seen.contains("a bug in the sidecar")));
        prop_assert_eq!(memory.seen, file.seen);
    }

    #[test]
    fn a_core_killed_at_any_point_goes_on_with_the_same_work(
        steps in proptest::collection::vec(step(), 1..120)
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let mut live = Side::new(Box::new(SqliteStore::open(&path, Durability::Normal).unwrap()));
        steps.iter().for_each(|step| live.step(step));
        live.commit();
        let clock = live.clock.clone();
        let now = clock.now();
        live.step(&Step::Reconnect);
        let expected = live.pending();
        drop(live);

        clock.set(now);
        let store = Box::new(SqliteStore::open(&path, Durability::Normal).unwrap());
        let mut core = Core::new(store, clock.clone(), Box::new(CountedIds::default()), Config::default()).unwrap();
        let stream = core.open_stream(APP, WorkerMemory::None);
        let mut restarted = Side { core, clock, stream, items: Vec::new(), tickets: 0, seen: Vec::new() };
        prop_assert_eq!(restarted.pending(), expected);
    }
}
