//! One stream of work items, from the first Hello until it is lost or the worker shuts down.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use dacapo_proto::dapr::runtime::v1::GetMetadataRequest;
use dacapo_proto::pb;
use tokio::sync::OnceCell;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::{Code, Status, Streaming};

use super::builder::Pace;
use super::dispatch;
use super::supervisor::Shared;
use crate::client::is_unknown_call;
use crate::connection::{Connection, Release, TaskHub, root_cause};

/// How many Hellos in a row may fail before the connection counts as dead.
const FAILED_HELLOS_MAX: u32 = 2;

/// How a session ended.
#[derive(Debug)]
pub(super) enum End {
    ShutDown,
    Lost(String),
}

/// One stream and what is known of the sidecar behind it.
#[derive(Debug)]
pub(super) struct Session {
    /// Tells this stream from the earlier ones of the worker.
    pub(super) number: u64,
    pub(super) connection: Connection,
    pub(super) hub: TaskHub,
    pub(super) pace: Pace,
    /// The sidecar knows only the older of the two names of the call that answers a turn.
    pub(super) old_completion: AtomicBool,
    stalls: OnceCell<bool>,
    release: OnceCell<String>,
    /// The stream is to be torn down, or has been: answers to its items reach nobody.
    closed: CancellationToken,
    reason: OnceLock<String>,
}

impl Session {
    /// Every session has a connection of its own: a half-open one would swallow its Hello like the last one's.
    fn new(shared: &Shared, number: u64) -> Self {
        let connection = shared.connection.reconnected();
        Self {
            number,
            hub: connection.task_hub(),
            connection,
            pace: shared.settings.pace.clone(),
            old_completion: AtomicBool::new(false),
            stalls: OnceCell::new(),
            release: OnceCell::new(),
            closed: CancellationToken::new(),
            reason: OnceLock::new(),
        }
    }

    /// Gives the stream up, so that the sidecar hands out its unanswered items again.
    pub(super) fn tear_down(&self, reason: String) {
        // The first reason is the one that led to the others.
        let _ = self.reason.set(reason);
        self.closed.cancel();
    }

    pub(super) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.is_cancelled()
    }

    async fn torn_down(&self) -> String {
        self.closed.cancelled().await;
        self.reason.get().cloned().unwrap_or_default()
    }

    async fn hello(&self) -> Result<(), String> {
        match timeout(self.pace.hello_timeout, self.hub.clone().hello(())).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(status)) => Err(refused(&status)),
            Err(_) => Err(format!("no answer to Hello within {:?}", self.pace.hello_timeout)),
        }
    }

    /// The whole committed history of an instance.
    pub(super) async fn history(&self, instance_id: &str) -> Result<Vec<Bytes>, Status> {
        let request = pb::GetInstanceHistoryRequest { instance_id: instance_id.to_owned() };
        let call = async { self.hub.clone().get_instance_history(request).await };
        match timeout(self.pace.answer_timeout, call).await {
            Ok(response) => Ok(response?.into_inner().events),
            Err(_) => Err(Status::deadline_exceeded("no answer to GetInstanceHistory")),
        }
    }

    /// Whether the sidecar can hold an instance until other code is deployed. Dapr can since 1.17, which also brought
    /// ListInstanceIDs; asked once, when first needed.
    pub(super) async fn can_stall(&self) -> bool {
        let probe = async {
            let request = pb::ListInstanceIDsRequest { continuation_token: None, page_size: Some(1) };
            match timeout(self.pace.answer_timeout, self.hub.clone().list_instance_i_ds(request)).await {
                Ok(Err(status)) if is_unknown_call(&status) => Ok(false),
                Ok(Ok(_)) => Ok(true),
                // Not an answer: ask again next time, and take the sidecar for a recent one meanwhile.
                Ok(Err(_)) | Err(_) => Err(()),
            }
        };
        self.stalls.get_or_try_init(|| probe).await.copied().unwrap_or(true)
    }

    /// What the sidecar calls its release; empty when it does not say. Asked once, when first needed.
    pub(super) async fn release_text(&self) -> &str {
        let probe = async {
            let mut dapr = self.connection.dapr();
            match timeout(self.pace.answer_timeout, dapr.get_metadata(GetMetadataRequest {})).await {
                Ok(Ok(metadata)) => Ok(metadata.into_inner().runtime_version),
                Ok(Err(status)) if is_unknown_call(&status) => Ok(String::new()),
                // Not an answer: ask again next time.
                Ok(Err(_)) | Err(_) => Err(()),
            }
        };
        self.release.get_or_try_init(|| probe).await.map_or("", String::as_str)
    }

    pub(super) async fn release(&self) -> Release {
        Release::parse(self.release_text().await)
    }
}

/// Runs one session.
pub(super) async fn run(shared: &Arc<Shared>, number: u64) -> End {
    let session = Arc::new(Session::new(shared, number));
    tokio::select! {
        () = shared.shutdown.cancelled() => return End::ShutDown,
        hello = session.hello() => if let Err(reason) = hello {
            return End::Lost(reason);
        },
    }
    shared.connected.send_replace(true);
    let handlers = TaskTracker::new();
    // Outlives the reading: while it is open the sidecar waits for the answers to what it has handed out.
    let mut stream = None;
    let end = tokio::select! {
        biased;
        () = shared.shutdown.cancelled() => End::ShutDown,
        reason = session.torn_down() => End::Lost(reason),
        reason = heartbeat(shared, &session) => End::Lost(reason),
        reason = read(shared, &session, &handlers, &mut stream) => End::Lost(reason),
    };
    if matches!(end, End::ShutDown) {
        drain(shared, &session, &handlers, stream).await;
    }
    session.tear_down("the session is over".to_owned());
    end
}

/// Says Hello now and then; ends when nobody seems to listen any more.
async fn heartbeat(shared: &Shared, session: &Session) -> String {
    let mut failed = 0;
    if shared.outage.is_over() {
        shared.outage.over();
    }
    sleep(session.pace.settled_after).await;
    shared.outage.over();
    loop {
        sleep(session.pace.hello_every).await;
        match session.hello().await {
            Ok(()) => {
                failed = 0;
                shared.backoff.reset();
            }
            Err(reason) => {
                failed += 1;
                tracing::debug!(reason, failed, "Hello failed");
                if failed == FAILED_HELLOS_MAX {
                    return format!("{failed} Hellos in a row failed: {reason}");
                }
            }
        }
    }
}

/// Opens the stream and hands out its items; ends when the stream does.
///
/// Some sidecars send the head of their answer with the first item, maybe hours later, so opening has no deadline.
async fn read(
    shared: &Arc<Shared>,
    session: &Arc<Session>,
    handlers: &TaskTracker,
    opened: &mut Option<Streaming<pb::WorkItem>>,
) -> String {
    let request =
        pb::GetWorkItemsRequest { capabilities: vec![pb::WorkerCapability::StatefulHistory.into()] };
    let stream = match session.hub.clone().get_work_items(request).await {
        Ok(response) => opened.insert(response.into_inner()),
        Err(status) => return describe(&status),
    };
    loop {
        match stream.message().await {
            Ok(Some(item)) => {
                shared.backoff.reset();
                shared.outage.over();
                dispatch::dispatch(shared, session, handlers, item);
            }
            Ok(None) => return "the sidecar ended the stream".to_owned(),
            Err(status) => return describe(&status),
        }
    }
}

/// Lets running work finish and answer. Turns that come meanwhile are answered too: one that a sidecar hands out while the
/// stream closes may cost daprd the instance. Activities are not begun any more.
async fn drain(
    shared: &Arc<Shared>,
    session: &Arc<Session>,
    handlers: &TaskTracker,
    mut stream: Option<Streaming<pb::WorkItem>>,
) {
    handlers.close();
    let grace = sleep(shared.settings.shutdown_grace);
    tokio::pin!(grace);
    loop {
        tokio::select! {
            biased;
            () = session.closed() => return,
            () = &mut grace => break,
            item = next_turn(&mut stream) => dispatch::dispatch(shared, session, handlers, item),
            () = quiet(session, handlers) => return,
        }
    }
    let (running, grace) = (handlers.len(), shared.settings.shutdown_grace);
    if running > 0 {
        tracing::warn!(running, ?grace, "work was cut off by the shutdown; the sidecar hands it out again");
    }
}

/// Ends when nothing runs, and nothing has come for a moment.
async fn quiet(session: &Session, handlers: &TaskTracker) {
    handlers.wait().await;
    sleep(session.pace.quiet_before_close).await;
}

/// The next turn of a stream; for ever without one.
async fn next_turn(stream: &mut Option<Streaming<pb::WorkItem>>) -> pb::WorkItem {
    loop {
        let Some(open) = stream else { return std::future::pending().await };
        match open.message().await {
            Ok(Some(item)) if dispatch::is_turn(&item) => return item,
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => *stream = None,
        }
    }
}

/// Why there is no session, and what to do about it.
fn refused(status: &Status) -> String {
    match status.code() {
        Code::Unauthenticated => {
            format!("{}: set DAPR_API_TOKEN to the token that the sidecar was started with", status.message())
        }
        _ if std::error::Error::source(status).is_some() => {
            format!("{}: start a sidecar with `dapr run` or `dacapo-sidecar`", describe(status))
        }
        _ => describe(status),
    }
}

/// The part of a status that says something.
pub(super) fn describe(status: &Status) -> String {
    match std::error::Error::source(status) {
        Some(source) => root_cause(source),
        None => format!("{} ({:?})", status.message(), status.code()),
    }
}
