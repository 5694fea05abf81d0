//! Histories as a sidecar records them, and the work items in which it sends them.

use bytes::Bytes;
use dacapo_proto::pb::{self, history_event::EventType};
use prost::Message as _;

/// Everything that a run of a workflow records, and where its turns begin. Any number of instances can follow it.
#[derive(Debug)]
pub struct Script {
    events: Vec<Bytes>,
    turns: Vec<Turn>,
}

/// One turn: how much was committed before it, and how many events are new. The new ones are the next in history.
#[derive(Clone, Copy, Debug)]
struct Turn {
    committed: usize,
    new: usize,
}

/// What of the committed events a work item carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// All of them, as every released daprd sends them.
    Full,
    /// Those that the worker has not seen committed: stateful history.
    Delta,
}

const EXECUTION_ID: &str = "5b2f7c1e-8d0a-4e55-9c3b-1f6f0f3a7d21";
const TASK_EXECUTION_ID: &str = "9f1c2f6e-3a86-5d0e-8f4c-6b1d2c3e4f50";

impl Script {
    /// One activity after the other: turn 0 schedules the first, turn k brings the k-th result.
    pub fn chain(steps: u32) -> Self {
        let mut script = Self::begun("chain", &steps.to_string());
        script.commit([scheduled(0)]);
        for done in 0..steps {
            script.turn([began(), completed(done)]);
            if done + 1 < steps {
                script.commit([scheduled(done + 1)]);
            }
        }
        script
    }

    /// All activities at once; each result comes with a turn of its own.
    pub fn fan_out(width: u32) -> Self {
        let mut script = Self::begun("fan_out", &width.to_string());
        script.commit((0..width).map(scheduled));
        for done in 0..width {
            script.turn([began(), completed(done)]);
        }
        script
    }

    /// All activities at once; all results come with one turn.
    pub fn fan_out_in_one(width: u32) -> Self {
        let mut script = Self::begun("fan_out", &width.to_string());
        script.commit((0..width).map(scheduled));
        script.turn([began()].into_iter().chain((0..width).map(completed)));
        script
    }

    /// A wait for an external event.
    pub fn parked() -> Self {
        Self::begun("parked", "\"order-1\"")
    }

    /// How many turns there are, the first included.
    pub fn turns(&self) -> usize {
        self.turns.len()
    }

    /// How many events the worker has read after turn `turn`.
    pub fn events_after(&self, turn: usize) -> usize {
        self.turns[turn].committed + self.turns[turn].new
    }

    /// The work item of turn `turn`, for `instance`.
    pub fn work_item(&self, instance: &str, turn: usize, history: History) -> Bytes {
        let Turn { committed, new } = self.turns[turn];
        let before = turn.checked_sub(1).map_or(0, |before| self.turns[before].committed);
        let omitted = if history == History::Delta { before } else { 0 };
        let new_events = self.events[committed..committed + new].iter().map(decoded).collect();
        let request = pb::WorkflowRequest {
            instance_id: instance.to_owned(),
            execution_id: Some(EXECUTION_ID.to_owned()),
            past_events: self.events[omitted..committed].to_vec(),
            new_events,
            cached_history: (omitted > 0).then(|| pb::CachedHistory { event_count: count(omitted) }),
            ..Default::default()
        };
        let request = Some(pb::work_item::Request::WorkflowRequest(request));
        let completion_token = format!("{instance}-{turn}");
        pb::WorkItem { completion_token, request }.encode_to_vec().into()
    }

    fn begun(workflow: &str, input: &str) -> Self {
        let instance_id = "the-instance".to_owned();
        let started = EventType::ExecutionStarted(pb::ExecutionStartedEvent {
            name: workflow.to_owned(),
            input: Some(input.to_owned()),
            workflow_instance: Some(pb::WorkflowInstance {
                instance_id,
                execution_id: Some(EXECUTION_ID.to_owned()),
            }),
            ..Default::default()
        });
        let mut script = Self { events: Vec::new(), turns: Vec::new() };
        script.turn([began(), event(-1, started)]);
        script
    }

    /// The next turn, with these new events.
    fn turn(&mut self, new: impl IntoIterator<Item = pb::HistoryEvent>) {
        let committed = self.events.len();
        self.commit(new);
        self.turns.push(Turn { committed, new: self.events.len() - committed });
    }

    fn commit(&mut self, events: impl IntoIterator<Item = pb::HistoryEvent>) {
        self.events.extend(events.into_iter().map(|event| Bytes::from(event.encode_to_vec())));
    }
}

fn began() -> pb::HistoryEvent {
    let began = EventType::WorkflowStarted(pb::WorkflowStartedEvent { version: None });
    pb::HistoryEvent { router: None, ..event(-1, began) }
}

fn scheduled(id: u32) -> pb::HistoryEvent {
    let scheduled = pb::TaskScheduledEvent {
        name: "step".to_owned(),
        input: Some(id.to_string()),
        task_execution_id: TASK_EXECUTION_ID.to_owned(),
        ..Default::default()
    };
    event(id.cast_signed(), EventType::TaskScheduled(scheduled))
}

fn completed(id: u32) -> pb::HistoryEvent {
    let completed = pb::TaskCompletedEvent {
        task_scheduled_id: id.cast_signed(),
        result: Some((id + 1).to_string()),
        task_execution_id: TASK_EXECUTION_ID.to_owned(),
        ..Default::default()
    };
    event(-1, EventType::TaskCompleted(completed))
}

fn event(event_id: i32, kind: EventType) -> pb::HistoryEvent {
    let timestamp =
        Some(dacapo_proto::encode::timestamp("2026-11-23T10:00:00.123456789Z".parse().expect("a time")));
    let router = pb::TaskRouter { source_app_id: "shop".to_owned(), ..Default::default() };
    pb::HistoryEvent { event_id, timestamp, router: Some(router), event_type: Some(kind) }
}

fn decoded(event: &Bytes) -> pb::HistoryEvent {
    pb::HistoryEvent::decode(event.clone()).expect("the bytes were encoded here")
}

fn count(events: usize) -> i32 {
    i32::try_from(events).expect("no script has billions of events")
}
