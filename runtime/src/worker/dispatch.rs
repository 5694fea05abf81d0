//! From an item to the task that handles it.

use std::sync::Arc;

use dacapo_proto::pb::work_item::Request;
use dacapo_proto::{WorkItem, decode, pb};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::task::TaskTracker;

use super::session::Session;
use super::supervisor::Shared;
use super::{activity, turn};

/// Starts the task for an item. Nothing here waits: the stream must be read on.
pub(super) fn dispatch(
    shared: &Arc<Shared>,
    session: &Arc<Session>,
    handlers: &TaskTracker,
    item: pb::WorkItem,
) {
    let (shared, session) = (Arc::clone(shared), Arc::clone(session));
    match decode::work_item(item) {
        WorkItem::Workflow(turn) => {
            handlers.spawn(async move { unless_killed(&shared, turn::run(&shared, &session, turn)).await });
        }
        WorkItem::Activity(item) => {
            handlers
                .spawn(async move { unless_killed(&shared, activity::run(&shared, &session, item)).await });
        }
        WorkItem::Unknown { .. } => {
            tracing::warn!("skipped a work item of a kind that this release of dacapo does not know");
        }
    }
}

/// Whether an item is a turn of a workflow.
pub(super) fn is_turn(item: &pb::WorkItem) -> bool {
    matches!(item.request, Some(Request::WorkflowRequest(_)))
}

async fn unless_killed(shared: &Shared, work: impl Future<Output = ()>) {
    tokio::select! {
        biased;
        () = shared.kill.cancelled() => {}
        () = work => {}
    }
}

/// A permit for a piece of work; `None` when its time has passed: what has not begun is handed out again.
pub(super) async fn admit<'a>(
    shared: &Shared,
    session: &Session,
    permits: &'a Semaphore,
) -> Option<SemaphorePermit<'a>> {
    tokio::select! {
        biased;
        () = session.closed() => None,
        permit = permits.acquire() => permit.ok(),
        () = shared.shutdown.cancelled() => None,
    }
}
