//! One call to the sidecar: its deadline, its patience with a sidecar that is only starting, and its errors.

mod obstacle;

use std::error::Error as StdError;
use std::time::Duration;

use dacapo_proto::dapr::runtime::v1::{GetMetadataRequest, GetMetadataResponse};
use prost::Message;
use tokio::time::{Instant, sleep, timeout};
use tonic::{Code, Request, Response, Status};

use super::refusal::{self, About};
use crate::connection::{Connection, TaskHub};
use crate::runtime_error::RuntimeError;

/// How long a call may take unless the caller says otherwise: creating an instance waits for its first turn.
const DEADLINE: Duration = Duration::from_secs(60);
/// Longer deadlines mean the same and would not fit the header that carries them.
const DEADLINE_MAX: Duration = Duration::from_secs(365 * 24 * 3600);
const PAUSE_BETWEEN_CONNECTS: Duration = Duration::from_millis(100);
/// Some releases of daprd cut a call whose time is over with a reset of its stream, a little before our own clock ends it.
const CUT_BEFORE_DEADLINE: Duration = Duration::from_millis(100);
const PAUSE_WITHOUT_WORKER: Duration = Duration::from_millis(250);
const HALFWAY_FOR: Duration = Duration::from_secs(2);

/// Calls the workflow service of one sidecar.
#[derive(Clone, Debug)]
pub(crate) struct Rpc {
    connection: Connection,
    deadline: Duration,
}

/// Why a call has no answer.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    Elapsed(Duration),
    TooLarge(String),
    Refused(Status),
}

impl Rpc {
    pub(crate) fn new(connection: Connection) -> Self {
        Self { connection, deadline: DEADLINE }
    }

    pub(crate) fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    pub(crate) fn limit(&self) -> Duration {
        self.deadline
    }

    pub(crate) async fn hello(&self) -> Result<(), RuntimeError> {
        let about = About::call("Hello");
        self.unary(&about, (), |mut hub, request| async move { hub.hello(request).await }).await
    }

    /// What the sidecar says of itself.
    pub(crate) async fn metadata(&self) -> Result<GetMetadataResponse, RuntimeError> {
        let send = |_, request| {
            let mut dapr = self.connection.dapr();
            async move { dapr.get_metadata(request).await }
        };
        self.unary(&About::call("GetMetadata"), GetMetadataRequest {}, send).await
    }

    /// Makes a call within the usual deadline. When that passes without a word, the connection may be dead, so the next
    /// call makes another.
    pub(crate) async fn unary<Req, Res, F, Fut>(
        &self,
        about: &About<'_>,
        request: Req,
        send: F,
    ) -> Result<Res, RuntimeError>
    where
        Req: Message + Clone,
        F: Fn(TaskHub, Request<Req>) -> Fut,
        Fut: Future<Output = Result<Response<Res>, Status>>,
    {
        let no_answer = match self.within(self.deadline, request, send).await {
            Ok(response) => return Ok(response),
            Err(no_answer) => no_answer,
        };
        self.renew_after(&no_answer);
        match no_answer {
            NoAnswer::Elapsed(after) if about.waits_for_a_worker() => {
                let what = format!("{} ({})", about.awaited(), obstacle::of(&self.connection).await);
                Err(RuntimeError::TimedOut { what, after })
            }
            no_answer => Err(self.explain(&no_answer, about)),
        }
    }

    /// What [`unary`](Self::unary) does about a connection that may be dead, for calls that it does not make.
    pub(crate) fn renew_after(&self, no_answer: &NoAnswer) {
        if matches!(no_answer, NoAnswer::Elapsed(_)) {
            self.connection.renew();
        }
    }

    /// Makes a call `within` a time. While nothing accepts the connection, or the sidecar has no worker to do it, nothing
    /// has been done, so it is tried again.
    pub(crate) async fn within<Req, Res, F, Fut>(
        &self,
        within: Duration,
        request: Req,
        send: F,
    ) -> Result<Res, NoAnswer>
    where
        Req: Message + Clone,
        F: Fn(TaskHub, Request<Req>) -> Fut,
        Fut: Future<Output = Result<Response<Res>, Status>>,
    {
        if let Some(limit) = self.connection.refuses(request.encoded_len()) {
            return Err(NoAnswer::TooLarge(limit));
        }
        let within = within.min(DEADLINE_MAX);
        let begun = Instant::now();
        loop {
            let left = within.saturating_sub(begun.elapsed());
            let mut message = Request::new(request.clone());
            message.set_timeout(left);
            let status = match timeout(left, send(self.connection.task_hub(), message)).await {
                Err(_) => return Err(NoAnswer::Elapsed(within)),
                Ok(Ok(response)) => return Ok(response.into_inner()),
                Ok(Err(status))
                    if is_deadline(&status) || is_cut(&status, within.saturating_sub(begun.elapsed())) =>
                {
                    return Err(NoAnswer::Elapsed(within));
                }
                Ok(Err(status)) => status,
            };
            let Some(pause) = self.pause_before_next(&status, begun) else {
                return Err(NoAnswer::Refused(status));
            };
            sleep(pause.min(left)).await;
        }
    }

    /// How long to wait before the call is made again; `None` when it may have been done, or is refused.
    fn pause_before_next(&self, status: &Status, begun: Instant) -> Option<Duration> {
        if has_no_worker(status) || (was_read_halfway(status) && begun.elapsed() < HALFWAY_FOR) {
            return Some(PAUSE_WITHOUT_WORKER);
        }
        let patient = begun.elapsed() + PAUSE_BETWEEN_CONNECTS <= self.connection.patience_limit();
        (patient && never_connected(status)).then_some(PAUSE_BETWEEN_CONNECTS)
    }

    pub(crate) fn explain(&self, no_answer: &NoAnswer, about: &About<'_>) -> RuntimeError {
        match no_answer {
            NoAnswer::Elapsed(after) => RuntimeError::TimedOut { what: about.awaited(), after: *after },
            NoAnswer::TooLarge(limit) => {
                RuntimeError::TooLarge { what: about.to_string(), message: limit.clone() }
            }
            NoAnswer::Refused(status) => refusal::explain(status, about, self.connection.endpoint()),
        }
    }
}

impl NoAnswer {
    /// Whether asking again later may help: the connection was lost, or the sidecar is on its way down or up.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Elapsed(_) => true,
            Self::TooLarge(_) => false,
            Self::Refused(status) => is_transient(status),
        }
    }
}

fn is_transient(status: &Status) -> bool {
    is_local(status)
        || matches!(
            status.code(),
            Code::Unavailable | Code::Cancelled | Code::DeadlineExceeded | Code::Aborted
        )
}

/// Whether this side made the status because there is no connection, rather than the sidecar.
pub(crate) fn is_local(status: &Status) -> bool {
    status.source().is_some()
}

fn never_connected(status: &Status) -> bool {
    chain(status).any(|error| error.is::<tonic::ConnectError>())
}

/// daprd hosts the workflows of an app while one of its workers is connected. When none is, it makes most calls wait; just
/// after the last one has gone, or while it goes, it refuses them (docs/protocol.md, "Client calls").
fn has_no_worker(status: &Status) -> bool {
    let message = status.message();
    let gone = message.contains("actor type") && message.ends_with("not registered");
    match status.code() {
        Code::Unknown => gone || message.contains("actor is closed"),
        // Until 1.16.
        Code::FailedPrecondition => message.contains("did not find address for actor"),
        _ => false,
    }
}

/// daprd reads the rows of an instance one after the other while another call writes them, and refuses what does not fit
/// together, whatever was asked for. When that lasts, the instance is ruined.
fn was_read_halfway(status: &Status) -> bool {
    status.code() == Code::Unknown && status.message().contains("missing from state store (transient")
}

fn is_deadline(status: &Status) -> bool {
    status.code() == Code::DeadlineExceeded || chain(status).any(|error| error.is::<tonic::TimeoutExpired>())
}

fn is_cut(status: &Status, left: Duration) -> bool {
    is_local(status) && !never_connected(status) && left <= CUT_BEFORE_DEADLINE
}

fn chain(status: &Status) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(status.source(), |error| StdError::source(*error))
}
