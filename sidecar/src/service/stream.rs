//! A worker's stream: a short outbox between the thread and the network.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use dacapo_proto::pb::WorkItem;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tonic::Status;

use super::{Message, Service};
use crate::core::StreamId;

/// How many items wait for the network, per stream.
const OUTBOX_ITEMS_MAX: usize = 64;

#[derive(Default)]
struct Shared {
    /// Set when the thread has work for this stream that did not fit.
    wants_room: AtomicBool,
    end: OnceLock<Status>,
}

/// The thread's end.
pub(super) struct Outbox {
    items: mpsc::Sender<WorkItem>,
    shared: Arc<Shared>,
}

/// The network's end, before the stream has a number.
pub(super) struct Pending {
    items: mpsc::Receiver<WorkItem>,
    shared: Arc<Shared>,
}

/// The network's end. It tells the thread when it is dropped: the worker is gone then.
pub(crate) struct WorkStream {
    items: mpsc::Receiver<WorkItem>,
    shared: Arc<Shared>,
    id: StreamId,
    service: Service,
    ended: bool,
}

pub(super) fn channel() -> (Outbox, Pending) {
    let (sender, items) = mpsc::channel(OUTBOX_ITEMS_MAX);
    let shared = Arc::<Shared>::default();
    (Outbox { items: sender, shared: shared.clone() }, Pending { items, shared })
}

impl Outbox {
    /// A place for one item. Without one, the thread is told when there is room again.
    pub(super) fn reserve(&self) -> Option<mpsc::Permit<'_, WorkItem>> {
        self.items.try_reserve().ok().or_else(|| {
            self.shared.wants_room.store(true, Ordering::SeqCst);
            // The network may have taken the last item between the two lines above.
            self.items.try_reserve().ok()
        })
    }

    /// Ends the stream with a status, ahead of what still waits in it.
    pub(super) fn end(self, status: Status) {
        if self.shared.end.set(status).is_err() {
            tracing::debug!("the stream had already ended");
        }
    }
}

impl Pending {
    pub(super) fn start(self, id: StreamId, service: Service) -> WorkStream {
        WorkStream { items: self.items, shared: self.shared, id, service, ended: false }
    }
}

impl Stream for WorkStream {
    type Item = Result<WorkItem, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let polled = self.items.poll_recv(cx);
        if let Some(status) = self.shared.end.get().cloned() {
            self.ended = true;
            return Poll::Ready(Some(Err(status)));
        }
        if let Poll::Ready(Some(_)) = &polled
            && self.shared.wants_room.swap(false, Ordering::SeqCst)
        {
            self.service.tell(Message::Room(self.id));
        }
        polled.map(|item| item.map(Ok))
    }
}

impl Drop for WorkStream {
    fn drop(&mut self) {
        self.service.tell(Message::Close(self.id));
    }
}
