//! Giving work to streams.
//! See docs/protocol.md, "Sidecar: dispatch".

use bytes::Bytes;
use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::{self, StalledReason, work_item};
use prost::Message as _;

use super::event::{decode, turn_started};
use super::ledger::is_terminal;
use super::propagation;
use super::queue::{TurnOut, Work};
use super::{Core, StreamId, WorkerMemory};
use crate::store::{ActivityKey, InboxEvent, InstanceKey, Result, StoreError};

/// How many events one turn takes at most; what has arrived beyond waits for the next one.
const TURN_EVENTS_MAX: usize = 10_000;

impl Core {
    /// Adds an app to those that work can be sent to; see [`Config::apps`](super::Config::apps).
    pub fn serve(&mut self, app: &str) {
        self.config.apps.insert(app.to_owned());
    }

    /// A worker of `app` has connected. Its instances that stalled for want of a fitting worker are tried again.
    pub fn open_stream(&mut self, app: &str, memory: WorkerMemory) -> StreamId {
        let id = self.queue.open(app, memory);
        match self.store.stalled(app) {
            Ok(stalled) => stalled.into_iter().for_each(|key| self.queue.push_turn(app, key)),
            Err(error) => tracing::error!(%error, "the stalled instances cannot be read"),
        }
        id
    }

    /// A worker has gone. What it had and did not answer is given to others.
    pub fn close_stream(&mut self, stream: StreamId) {
        self.queue.close(stream);
    }

    /// Whether something waits for a worker of this app.
    #[must_use]
    pub fn has_work(&self, app: &str) -> bool {
        self.paused_until.is_none() && self.queue.has_work(app)
    }

    /// The stream that the next work item of an app is best given to, because its worker knows the history.
    #[must_use]
    pub fn preferred_stream(&self, app: &str) -> Option<StreamId> {
        self.queue.knower_of_next(app)
    }

    /// The next work item for a stream; `None` when there is nothing to do. Call it with nothing uncommitted.
    pub fn take(&mut self, stream: StreamId) -> Option<pb::WorkItem> {
        if self.paused_until.is_some() {
            return None;
        }
        let app = self.queue.app_of(stream)?.to_owned();
        while let Some(work) = self.queue.pop(&app) {
            let item = match work {
                Work::Turn(key) => self.take_turn(key, stream),
                Work::Activity(key) => self.take_activity(key, stream),
            };
            match item {
                Ok(Some(item)) => return Some(item),
                Ok(None) => {}
                Err(error @ StoreError::Damaged { .. }) => {
                    tracing::error!(%error, ?work, "a work item cannot be read and was left out");
                }
                Err(error) => {
                    tracing::error!(%error, ?work, "a work item cannot be read now; trying again");
                    self.queue.put_back(&app, work);
                    self.pause();
                    return None;
                }
            }
        }
        None
    }

    fn take_turn(&mut self, key: InstanceKey, stream: StreamId) -> Result<Option<pb::WorkItem>> {
        let inbox = self.store.inbox(key, TURN_EVENTS_MAX)?;
        let received = propagation::decode(self.store.propagated(key)?)?;
        if inbox.is_empty() || !self.load(key)? {
            return Ok(None);
        }
        let Some(entry) = self.cache.get(key) else { return Ok(None) };
        if is_terminal(entry.row.status) {
            return Ok(None);
        }
        let known = entry.bytes + received.as_ref().map_or(0, pb::PropagatedHistory::encoded_len);
        let room = (self.config.work_item_bytes_max / 100 * 95).saturating_sub(known);
        let (inbox, through) = match first_that_fit(inbox, room) {
            Ok(fitting) => fitting,
            Err(first) => return self.stall_oversized(key, known + first).map(|()| None),
        };
        let (events, encoded) = self.new_events(inbox)?;
        let token = self.ids.next();
        let length = entry.history.len();
        let known = self.queue.known_events(stream, key, &entry.row.execution_id, length);
        let past_events = entry.history.get(known.unwrap_or(0)..).unwrap_or_default().to_vec();
        let request = pb::WorkflowRequest {
            instance_id: entry.row.id.clone(),
            execution_id: Some(entry.row.execution_id.clone()),
            past_events,
            new_events: events.clone(),
            requires_history_streaming: false,
            router: None,
            propagated_history: received,
            cached_history: known
                .map(|count| pb::CachedHistory { event_count: i32::try_from(count).unwrap_or(i32::MAX) }),
        };
        self.queue.turn_is_out(key, TurnOut::new(token.clone(), stream, through, events, encoded));
        let request = Some(work_item::Request::WorkflowRequest(request));
        Ok(Some(pb::WorkItem { completion_token: token, request }))
    }

    /// The events of a turn: the one that opens it, and those of the inbox.
    fn new_events(&self, inbox: Vec<InboxEvent>) -> Result<(Vec<pb::HistoryEvent>, Vec<Bytes>)> {
        let mut events = vec![turn_started(self.clock.now())];
        let mut encoded = Vec::with_capacity(inbox.len());
        for waiting in inbox {
            events.push(decode(&waiting.event)?);
            encoded.push(waiting.event);
        }
        Ok((events, encoded))
    }

    /// An instance whose next work item no worker could receive goes no further, and says so.
    fn stall_oversized(&mut self, key: InstanceKey, size: usize) -> Result<()> {
        let max = self.config.work_item_bytes_max;
        let stall = pb::ExecutionStalledEvent {
            reason: StalledReason::PayloadSizeExceeded as i32,
            description: Some(format!(
                "Payload size exceeded: the next work item has {size} bytes, 95 % of {max} are allowed"
            )),
        };
        self.store.begin()?;
        let stalled = self.stall(key, stall).and_then(|()| self.store.commit());
        if stalled.is_err() {
            self.store.rollback();
            self.cache.take(key);
        }
        stalled
    }

    fn take_activity(&mut self, key: ActivityKey, stream: StreamId) -> Result<Option<pb::WorkItem>> {
        let Some(activity) = self.store.activity(key)? else { return Ok(None) };
        let Some(row) = self.row(activity.instance)? else { return Ok(None) };
        let scheduled = decode(&activity.event)?;
        let Some(EventType::TaskScheduled(task)) = scheduled.event_type else {
            return Err(StoreError::Damaged { detail: "an activity is stored with another event".into() });
        };
        let is_over = is_terminal(row.status);
        let request = pb::ActivityRequest {
            name: task.name,
            version: task.version,
            input: task.input,
            workflow_instance: Some(pb::WorkflowInstance { instance_id: row.id, execution_id: None }),
            task_id: activity.task_id,
            parent_trace_context: task.parent_trace_context,
            task_execution_id: task.task_execution_id,
            propagated_history: propagation::decode(activity.propagated)?,
        };
        let size = request.encoded_len();
        if size > self.config.work_item_bytes_max / 100 * 95 && !is_over {
            return self.stall_oversized(activity.instance, size).map(|()| None);
        }
        let token = self.ids.next();
        self.queue.activity_is_out(key, token.clone(), stream, (activity.instance, activity.task_id));
        let request = Some(work_item::Request::ActivityRequest(request));
        Ok(Some(pb::WorkItem { completion_token: token, request }))
    }
}

/// The events of an inbox that fit into `room` bytes, and the place of the last of them; or the size of the first
/// one, when not even that fits.
fn first_that_fit(
    mut inbox: Vec<InboxEvent>,
    room: usize,
) -> std::result::Result<(Vec<InboxEvent>, i64), usize> {
    let mut taken = 0;
    let mut fits = |waiting: &InboxEvent| {
        taken += waiting.event.len();
        taken <= room
    };
    let count = inbox.iter().map_while(|waiting| fits(waiting).then_some(())).count();
    let first = inbox.first().map_or(0, |first| first.event.len());
    inbox.truncate(count);
    let through = inbox.last().map(|last| last.seq).ok_or(first)?;
    Ok((inbox, through))
}
