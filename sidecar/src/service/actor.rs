//! The loop of the thread.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tonic::Status;

use super::Message;
use super::stream::Outbox;
use crate::core::{Answer, Clock, Core, Rejection, StreamId, Ticket, WorkerMemory};

/// How many messages share a transaction.
const BATCH_MESSAGES_MAX: usize = 256;

/// How many unanswered items more than the freest a stream may have and still get the instances it knows.
const PREFERENCE_ITEMS: usize = 8;

/// How long a worker may leave its full outbox unread.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest sleep: how late a timer can be when the machine's clock is set forward.
const SLEEP_MAX: Duration = Duration::from_secs(1);

pub(super) struct Actor {
    core: Core,
    clock: Arc<dyn Clock>,
    messages: Receiver<Message>,
    replies: BTreeMap<Ticket, oneshot::Sender<Answer>>,
    streams: BTreeMap<StreamId, Stream>,
    /// How many items were given out.
    given: u64,
    /// Set while shutting down: when to stop waiting for answers.
    drain_until: Option<Instant>,
}

struct Stream {
    app: Arc<str>,
    outbox: Outbox,
    full_since: Option<Instant>,
    /// The number of the item that it got last.
    last_given: u64,
}

impl Actor {
    pub(super) fn new(core: Core, clock: Arc<dyn Clock>, messages: Receiver<Message>) -> Self {
        let (replies, streams) = (BTreeMap::new(), BTreeMap::new());
        Self { core, clock, messages, replies, streams, given: 0, drain_until: None }
    }

    pub(super) fn run(mut self) {
        loop {
            for message in self.next_messages() {
                self.handle(message);
            }
            for (ticket, answer) in self.core.commit() {
                // A caller who has gone away does not hear the answer; the command stands.
                if let Some(reply) = self.replies.remove(&ticket) {
                    drop(reply.send(answer));
                }
            }
            match self.drain_until {
                None => self.dispatch(),
                Some(until) if self.core.in_flight() == 0 || Instant::now() >= until => break,
                Some(_) => {}
            }
            self.drop_stuck_streams();
        }
        self.end();
    }

    /// Waits for a message or for something to be due, and takes what else is there by then.
    fn next_messages(&mut self) -> Vec<Message> {
        let first = match self.messages.recv_timeout(self.sleep()) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => return Vec::new(),
            Err(RecvTimeoutError::Disconnected) => Message::ShutDown { grace: Duration::ZERO },
        };
        let mut batch = vec![first];
        batch.extend(self.messages.try_iter().take(BATCH_MESSAGES_MAX - 1));
        batch
    }

    fn sleep(&self) -> Duration {
        let now = Instant::now();
        let due = self.core.next_due().map(|due| due.since(self.clock.now()));
        let stuck = self.streams.values().filter_map(|stream| stream.full_since);
        let stuck = stuck.min().map(|since| (since + SEND_TIMEOUT).saturating_duration_since(now));
        let drain = self.drain_until.map(|until| until.saturating_duration_since(now));
        [due, stuck, drain].into_iter().flatten().min().unwrap_or(SLEEP_MAX).min(SLEEP_MAX)
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Execute { ticket, app, command, reply } => {
                self.replies.insert(ticket, reply);
                self.core.execute(ticket, &app, *command);
            }
            Message::Cancel(ticket) => {
                self.replies.remove(&ticket);
                self.core.cancel(ticket);
            }
            Message::Open { app, memory, outbox, reply } => self.open(app, memory, outbox, reply),
            Message::Close(id) => {
                self.streams.remove(&id);
                self.core.close_stream(id);
            }
            Message::Room(id) => {
                if let Some(stream) = self.streams.get_mut(&id) {
                    stream.full_since = None;
                }
            }
            Message::Workers { app, reply } => drop(reply.send(self.core.connected_workers(&app))),
            Message::ShutDown { grace } => self.drain_until = Some(Instant::now() + grace),
        }
    }

    fn open(
        &mut self,
        app: Arc<str>,
        memory: WorkerMemory,
        outbox: Outbox,
        reply: oneshot::Sender<Option<StreamId>>,
    ) {
        if self.drain_until.is_some() {
            // Dropping the sender tells the caller.
            return;
        }
        let id = self.core.open_stream(&app, memory);
        if reply.send(Some(id)).is_err() {
            return self.core.close_stream(id);
        }
        tracing::info!(%app, "a worker has connected");
        self.streams.insert(id, Stream { app, outbox, full_since: None, last_given: 0 });
    }

    /// Gives out work until there is none, or no room for it.
    fn dispatch(&mut self) {
        while let Some(id) = self.next_stream() {
            let Some(stream) = self.streams.get_mut(&id) else { return };
            let Some(place) = stream.outbox.reserve() else {
                stream.full_since = Some(Instant::now());
                continue;
            };
            if let Some(item) = self.core.take(id) {
                place.send(item);
                self.given += 1;
                stream.last_given = self.given;
            }
        }
    }

    /// The freest stream, or the one that knows the next instance if that is hardly less free.
    fn next_stream(&self) -> Option<StreamId> {
        let freest = self.freest_stream()?;
        let preferred = self.core.preferred_stream(&self.streams.get(&freest)?.app);
        let is_free = |id: &StreamId| {
            let has_room = self.streams.get(id).is_some_and(|stream| stream.full_since.is_none());
            has_room && self.core.unanswered(*id) <= self.core.unanswered(freest) + PREFERENCE_ITEMS
        };
        preferred.filter(is_free).or(Some(freest))
    }

    /// Of the streams that could get work, the one with the least unanswered; of those, the one whose turn
    /// it is. A worker that does not answer is soon left alone this way.
    fn freest_stream(&self) -> Option<StreamId> {
        let can_get_work = |stream: &Stream| stream.full_since.is_none() && self.core.has_work(&stream.app);
        let free = self.streams.iter().filter(|(_, stream)| can_get_work(stream));
        free.min_by_key(|(id, stream)| (self.core.unanswered(**id), stream.last_given)).map(|(id, _)| *id)
    }

    fn drop_stuck_streams(&mut self) {
        let is_stuck =
            |stream: &Stream| stream.full_since.is_some_and(|since| since.elapsed() >= SEND_TIMEOUT);
        let stuck: Vec<_> = self.streams.extract_if(.., |_, stream| is_stuck(stream)).collect();
        for (id, stream) in stuck {
            tracing::warn!(app = %stream.app, "a worker does not read its stream, which was closed");
            stream.outbox.end(Status::unavailable("the worker did not read its work items for 10 s"));
            self.core.close_stream(id);
        }
    }

    /// Tells everybody that the sidecar shuts down. The store is closed when the core is dropped after this.
    fn end(mut self) {
        while let Some((id, stream)) = self.streams.pop_first() {
            stream.outbox.end(Status::cancelled("shutting down"));
            self.core.close_stream(id);
        }
        while let Some((_, reply)) = self.replies.pop_first() {
            drop(reply.send(Err(Rejection::shutting_down())));
        }
        refuse_rest(&self.messages);
    }
}

/// Messages that came too late: dropping them tells their senders.
fn refuse_rest(messages: &Receiver<Message>) {
    messages.try_iter().for_each(drop);
}
