//! Work that is ready, work that is out, and the streams it went out on; in memory only.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bytes::Bytes;
use dacapo_proto::pb::HistoryEvent;

use super::Time;
use crate::store::{ActivityKey, InstanceKey};

/// The number of a worker's stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(u64);

/// Something that a worker can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    Turn(InstanceKey),
    Activity(ActivityKey),
}

/// A turn that a worker has.
pub(super) struct TurnOut {
    pub(super) token: String,
    stream: StreamId,
    /// The last inbox event that it covers.
    pub(super) through: i64,
    /// The event that opens the turn, and those of the inbox.
    pub(super) events: Vec<HistoryEvent>,
    /// The inbox events as they are stored.
    pub(super) encoded: Vec<Bytes>,
}

impl TurnOut {
    pub(super) fn new(
        token: String,
        stream: StreamId,
        through: i64,
        events: Vec<HistoryEvent>,
        encoded: Vec<Bytes>,
    ) -> Self {
        Self { token, stream, through, events, encoded }
    }
}

struct ActivityOut {
    token: String,
    stream: StreamId,
    task: (InstanceKey, i32),
}

/// What a worker keeps of the histories it was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WorkerMemory {
    /// Nothing: every turn carries the whole history.
    #[default]
    None,
    /// The histories of its last turns: a turn carries what has been added since, where the worker can ask
    /// for the whole history when it has forgotten the rest.
    Histories,
}

struct Stream {
    app: String,
    memory: WorkerMemory,
    /// Of which executions the worker was sent how many events of history.
    sent: BTreeMap<InstanceKey, (String, usize)>,
    turns: BTreeSet<InstanceKey>,
    activities: BTreeSet<ActivityKey>,
}

/// The queues of all apps.
#[derive(Default)]
pub(super) struct Queue {
    ready: BTreeMap<String, VecDeque<Work>>,
    /// The instances in `ready`.
    queued: BTreeSet<InstanceKey>,
    turns: BTreeMap<InstanceKey, TurnOut>,
    activities: BTreeMap<ActivityKey, ActivityOut>,
    /// The activities that are out, by what an answer names them.
    by_task: BTreeSet<(InstanceKey, i32, ActivityKey)>,
    streams: BTreeMap<StreamId, Stream>,
    last_stream: u64,
    retries: BTreeMap<(Time, InstanceKey), String>,
    waiting_for_retry: BTreeSet<InstanceKey>,
}

impl Queue {
    pub(super) fn open(&mut self, app: &str, memory: WorkerMemory) -> StreamId {
        self.last_stream += 1;
        let id = StreamId(self.last_stream);
        let stream = Stream {
            app: app.into(),
            memory,
            sent: BTreeMap::new(),
            turns: BTreeSet::new(),
            activities: BTreeSet::new(),
        };
        self.streams.insert(id, stream);
        id
    }

    /// Removes a stream; what was out on it is ready again, before everything else.
    pub(super) fn close(&mut self, id: StreamId) {
        let Some(stream) = self.streams.remove(&id) else { return };
        let ready = self.ready.entry(stream.app).or_default();
        for key in stream.activities.into_iter().rev() {
            if let Some(out) = self.activities.remove(&key) {
                self.by_task.remove(&(out.task.0, out.task.1, key));
                ready.push_front(Work::Activity(key));
            }
        }
        for key in stream.turns.into_iter().rev() {
            if self.turns.remove(&key).is_some() && self.queued.insert(key) {
                ready.push_front(Work::Turn(key));
            }
        }
    }

    pub(super) fn app_of(&self, id: StreamId) -> Option<&str> {
        self.streams.get(&id).map(|stream| stream.app.as_str())
    }

    pub(super) fn streams_of(&self, app: &str) -> usize {
        self.streams.values().filter(|stream| stream.app == app).count()
    }

    pub(super) fn in_flight(&self) -> usize {
        self.turns.len() + self.activities.len()
    }

    pub(super) fn unanswered(&self, id: StreamId) -> usize {
        self.streams.get(&id).map_or(0, |stream| stream.turns.len() + stream.activities.len())
    }

    /// Queues a turn, unless the instance has one queued, out or waiting for its next try.
    pub(super) fn push_turn(&mut self, app: &str, key: InstanceKey) {
        let busy = self.turns.contains_key(&key) || self.waiting_for_retry.contains(&key);
        if !busy && self.queued.insert(key) {
            self.push(app, Work::Turn(key));
        }
    }

    pub(super) fn push_activity(&mut self, app: &str, key: ActivityKey) {
        self.push(app, Work::Activity(key));
    }

    /// Puts work back that was taken and could not be given out.
    pub(super) fn put_back(&mut self, app: &str, work: Work) {
        match work {
            Work::Turn(key) => self.push_turn(app, key),
            Work::Activity(key) => self.push_activity(app, key),
        }
    }

    fn push(&mut self, app: &str, work: Work) {
        match self.ready.get_mut(app) {
            Some(ready) => ready.push_back(work),
            None => {
                self.ready.insert(app.into(), VecDeque::from([work]));
            }
        }
    }

    pub(super) fn pop(&mut self, app: &str) -> Option<Work> {
        let work = self.ready.get_mut(app)?.pop_front()?;
        if let Work::Turn(key) = work {
            self.queued.remove(&key);
        }
        Some(work)
    }

    /// The stream whose worker knows most of the instance that is next, if one does.
    pub(super) fn knower_of_next(&self, app: &str) -> Option<StreamId> {
        let Some(Work::Turn(key)) = self.ready.get(app)?.front() else { return None };
        let knowers = self.streams.iter().filter(|(_, stream)| stream.app == app);
        let knowers = knowers.filter_map(|(id, stream)| Some((stream.sent.get(key)?.1, *id)));
        knowers.max().map(|(_, id)| id)
    }

    pub(super) fn has_work(&self, app: &str) -> bool {
        self.ready.get(app).is_some_and(|ready| !ready.is_empty())
    }

    pub(super) fn turn_is_out(&mut self, key: InstanceKey, out: TurnOut) {
        if let Some(stream) = self.streams.get_mut(&out.stream) {
            stream.turns.insert(key);
        }
        self.turns.insert(key, out);
    }

    /// How many events of this execution's history the worker of a stream was sent before; the next turn
    /// brings it to `length`.
    pub(super) fn known_events(
        &mut self,
        id: StreamId,
        key: InstanceKey,
        execution_id: &str,
        length: usize,
    ) -> Option<usize> {
        let stream = self.streams.get_mut(&id)?;
        if stream.memory == WorkerMemory::None {
            return None;
        }
        let (execution, known) = stream.sent.insert(key, (execution_id.into(), length))?;
        (execution == execution_id && known > 0 && known <= length).then_some(known)
    }

    /// Lets go of an instance whose next turn will not build on what workers were sent.
    pub(super) fn forget_sent(&mut self, key: InstanceKey) {
        for stream in self.streams.values_mut() {
            stream.sent.remove(&key);
        }
    }

    /// Takes a turn back that is answered with this token; an empty token fits every turn.
    pub(super) fn answer_turn(&mut self, key: InstanceKey, token: &str) -> Option<TurnOut> {
        let out = self.turns.get(&key)?;
        if !token.is_empty() && token != out.token {
            return None;
        }
        let out = self.turns.remove(&key)?;
        if let Some(stream) = self.streams.get_mut(&out.stream) {
            stream.turns.remove(&key);
        }
        Some(out)
    }

    pub(super) fn activity_is_out(
        &mut self,
        key: ActivityKey,
        token: String,
        stream: StreamId,
        task: (InstanceKey, i32),
    ) {
        if let Some(stream) = self.streams.get_mut(&stream) {
            stream.activities.insert(key);
        }
        self.by_task.insert((task.0, task.1, key));
        self.activities.insert(key, ActivityOut { token, stream, task });
    }

    /// Takes an activity back that a worker of `app` answers with this token; an empty one means the last one
    /// scheduled.
    pub(super) fn answer_activity(
        &mut self,
        app: &str,
        (instance, task_id): (InstanceKey, i32),
        token: &str,
    ) -> Option<ActivityKey> {
        let first = (instance, task_id, ActivityKey(i64::MIN));
        let last = (instance, task_id, ActivityKey(i64::MAX));
        let out = self.by_task.range(first..=last).rev().map(|(_, _, key)| *key);
        let fits = |key: &ActivityKey| {
            self.activities.get(key).is_some_and(|out| {
                let own = self.streams.get(&out.stream).is_some_and(|stream| stream.app == app);
                own && (token.is_empty() || out.token == token)
            })
        };
        let key = out.into_iter().find(fits)?;
        self.forget_activity(key);
        Some(key)
    }

    fn forget_activity(&mut self, key: ActivityKey) {
        let Some(out) = self.activities.remove(&key) else { return };
        self.by_task.remove(&(out.task.0, out.task.1, key));
        if let Some(stream) = self.streams.get_mut(&out.stream) {
            stream.activities.remove(&key);
        }
    }

    /// Drops what is out for an instance that is gone.
    pub(super) fn forget(&mut self, key: InstanceKey) {
        self.answer_turn(key, "");
        self.forget_sent(key);
        let first = (key, i32::MIN, ActivityKey(i64::MIN));
        let last = (key, i32::MAX, ActivityKey(i64::MAX));
        let activities: Vec<_> = self.by_task.range(first..=last).map(|(_, _, key)| *key).collect();
        activities.into_iter().for_each(|key| self.forget_activity(key));
    }

    /// Queues a turn again at a later time.
    pub(super) fn retry(&mut self, app: &str, key: InstanceKey, at: Time) {
        if self.waiting_for_retry.insert(key) {
            self.retries.insert((at, key), app.into());
        }
    }

    pub(super) fn next_retry(&self) -> Option<Time> {
        self.retries.first_key_value().map(|((at, _), _)| *at)
    }

    /// Queues the turns whose time has come.
    pub(super) fn retry_due(&mut self, now: Time) {
        while let Some(first) = self.retries.first_entry() {
            if first.key().0 > now {
                break;
            }
            let ((_, key), app) = first.remove_entry();
            self.waiting_for_retry.remove(&key);
            self.push_turn(&app, key);
        }
    }

    /// Drops all work, ready or out, but no stream.
    pub(super) fn clear_work(&mut self) {
        for stream in self.streams.values_mut() {
            stream.turns.clear();
            stream.activities.clear();
        }
        self.ready.clear();
        self.queued.clear();
        self.turns.clear();
        self.activities.clear();
        self.by_task.clear();
        self.retries.clear();
        self.waiting_for_retry.clear();
    }
}
