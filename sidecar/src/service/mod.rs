//! The thread that owns the core: commands come in through a channel, answers leave after the commit.
//!
//! While one transaction is being made durable, the commands that arrive meanwhile wait in the channel; the
//! next one takes them all. So the number of commits adapts to the load by itself.

mod actor;
mod stream;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

pub(crate) use stream::WorkStream;

use crate::core::{Answer, Clock, Command, Core, Rejection, Reply, StreamId, Ticket, WorkerMemory};
use actor::Actor;
use stream::Outbox;

/// What the thread is told.
enum Message {
    Execute {
        ticket: Ticket,
        app: Arc<str>,
        command: Box<Command>,
        reply: oneshot::Sender<Answer>,
    },
    /// The caller no longer waits.
    Cancel(Ticket),
    Open {
        app: Arc<str>,
        memory: WorkerMemory,
        outbox: Outbox,
        reply: oneshot::Sender<Option<StreamId>>,
    },
    Close(StreamId),
    /// A stream that was full can take work again.
    Room(StreamId),
    Workers {
        app: Arc<str>,
        reply: oneshot::Sender<usize>,
    },
    ShutDown {
        grace: Duration,
    },
}

/// A handle to the thread.
#[derive(Clone)]
pub(crate) struct Service {
    messages: mpsc::Sender<Message>,
    tickets: Arc<AtomicU64>,
}

/// The thread, to wait for.
pub(crate) struct Thread(JoinHandle<()>);

impl Service {
    /// Starts the thread.
    pub(crate) fn start(core: Core, clock: Arc<dyn Clock>) -> std::io::Result<(Self, Thread)> {
        let (messages, receiver) = mpsc::channel();
        let actor = Actor::new(core, clock, receiver);
        let thread = std::thread::Builder::new().name("dacapo-sidecar".into()).spawn(move || actor.run())?;
        Ok((Self { messages, tickets: Arc::default() }, Thread(thread)))
    }

    /// Executes a command; dropping the future tells the core that nobody waits any more.
    pub(crate) async fn call(&self, app: &Arc<str>, command: Command) -> Result<Reply, Rejection> {
        let ticket = Ticket(self.tickets.fetch_add(1, Ordering::Relaxed));
        let (reply, answer) = oneshot::channel();
        let message = Message::Execute { ticket, app: app.clone(), command: Box::new(command), reply };
        self.messages.send(message).map_err(|_| Rejection::shutting_down())?;
        let mut guard = CancelOnDrop { service: self, ticket: Some(ticket) };
        let answer = answer.await.unwrap_or_else(|_| Err(Rejection::shutting_down()));
        guard.ticket = None;
        answer
    }

    /// Opens a stream of work for an app.
    pub(crate) async fn open(&self, app: &Arc<str>, memory: WorkerMemory) -> Result<WorkStream, Rejection> {
        let (outbox, pending) = stream::channel();
        let (reply, id) = oneshot::channel();
        self.messages
            .send(Message::Open { app: app.clone(), memory, outbox, reply })
            .map_err(|_| Rejection::shutting_down())?;
        let id = id.await.ok().flatten().ok_or_else(Rejection::shutting_down)?;
        Ok(pending.start(id, self.clone()))
    }

    /// How many streams of an app are connected.
    pub(crate) async fn workers(&self, app: &Arc<str>) -> usize {
        let (reply, count) = oneshot::channel();
        let sent = self.messages.send(Message::Workers { app: app.clone(), reply });
        if sent.is_err() {
            return 0;
        }
        count.await.unwrap_or(0)
    }

    /// Stops giving out work, waits up to `grace` for what is out, and ends streams, waits and the thread.
    pub(crate) fn shut_down(&self, grace: Duration) {
        self.tell(Message::ShutDown { grace });
    }

    fn tell(&self, message: Message) {
        if self.messages.send(message).is_err() {
            tracing::debug!("the service has already ended");
        }
    }
}

impl Thread {
    /// Waits for the end of the thread; the store is closed after.
    pub(crate) async fn ended(self) {
        if let Err(error) = tokio::task::spawn_blocking(|| self.join()).await {
            tracing::error!(%error, "the end of the service was not waited for");
        }
    }

    /// Waits for the end of the thread, and keeps the caller's thread meanwhile.
    pub(crate) fn join(self) {
        if self.0.join().is_err() {
            tracing::error!("the service ended by a panic");
        }
    }
}

struct CancelOnDrop<'a> {
    service: &'a Service,
    ticket: Option<Ticket>,
}

impl Drop for CancelOnDrop<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.service.tell(Message::Cancel(ticket));
        }
    }
}
