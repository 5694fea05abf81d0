//! Waiting for an instance, through lost connections and for as long as the caller likes.

use std::time::Duration;

use dacapo_proto::pb;
use tokio::time::{Instant, sleep};

use super::history::HistoryEvent;
use super::instance::Instance;
use super::rpc::NoAnswer;
use super::state::{InstanceState, Status};
use crate::connection::TaskHub;
use crate::runtime_error::RuntimeError;

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    Started,
    Ended,
}

/// A stalled instance never answers a wait, so the state is asked for between slices of this length.
const SLICE_FIRST: Duration = Duration::from_secs(1);
const SLICE_MAX: Duration = Duration::from_secs(10);
/// How long an instance must stay stalled to be reported: daprd takes one up again 3 s after a worker has connected.
const STALLED_FOR: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(500);

/// Waits until the instance has got there; without `within`, for ever once the sidecar has answered.
pub(super) async fn wait(
    instance: &Instance,
    until: Until,
    within: Option<Duration>,
) -> Result<InstanceState, RuntimeError> {
    let mut wait = Wait {
        instance,
        until,
        within,
        begun: Instant::now(),
        slice: SLICE_FIRST,
        stalled: None,
        answered: false,
        warned: false,
    };
    match wait.end().await {
        Err(RuntimeError::TimedOut { .. }) if wait.stalled.is_some() => Err(wait.is_stalled().await),
        end => end,
    }
}

struct Wait<'a> {
    instance: &'a Instance,
    until: Until,
    within: Option<Duration>,
    begun: Instant,
    slice: Duration,
    /// Since when the instance has been seen stalled. That is no verdict at first: a new worker may be taking it up.
    stalled: Option<Instant>,
    answered: bool,
    warned: bool,
}

impl Wait<'_> {
    async fn end(&mut self) -> Result<InstanceState, RuntimeError> {
        loop {
            if let Some(state) = self.look().await? {
                return Ok(state);
            }
            if let Some(state) = self.listen().await? {
                return Ok(state);
            }
        }
    }

    /// Asks for the state.
    async fn look(&mut self) -> Result<Option<InstanceState>, RuntimeError> {
        let send = |mut hub: TaskHub, request| async move { hub.get_instance(request).await };
        let limit = self.left()?.min(self.instance.rpc.limit());
        match self.instance.rpc.within(limit, self.instance.question(), send).await {
            Ok(response) => {
                let state = self.answered(response)?;
                if self.has_come(&state) {
                    return Ok(Some(state));
                }
                self.give_up_if_stalled(&state).await?;
                Ok(None)
            }
            Err(lost) => {
                // The state is asked for and answered at once, so silence is not the instance taking its time.
                self.instance.rpc.renew_after(&lost);
                self.endure(lost, "GetInstance").await
            }
        }
    }

    /// Waits for a slice of time.
    async fn listen(&mut self) -> Result<Option<InstanceState>, RuntimeError> {
        let slice = self.left()?.min(self.slice);
        self.slice = (self.slice * 2).min(SLICE_MAX);
        let (rpc, question) = (&self.instance.rpc, self.instance.question());
        let answer = match self.until {
            Until::Started => {
                let send =
                    |mut hub: TaskHub, request| async move { hub.wait_for_instance_start(request).await };
                rpc.within(slice, question, send).await
            }
            Until::Ended => {
                let send = |mut hub: TaskHub, request| async move {
                    hub.wait_for_instance_completion(request).await
                };
                rpc.within(slice, question, send).await
            }
        };
        match answer {
            Ok(response) => {
                let state = self.answered(response)?;
                if self.has_come(&state) {
                    return Ok(Some(state));
                }
                // A sidecar that answers too early must not be asked in a tight loop.
                sleep(PAUSE.min(self.left()?)).await;
                Ok(None)
            }
            Err(NoAnswer::Elapsed(_)) => Ok(None),
            Err(lost) => self.endure(lost, "WaitForInstance").await,
        }
    }

    fn answered(&mut self, response: pb::GetInstanceResponse) -> Result<InstanceState, RuntimeError> {
        let state = self.instance.found(response)?;
        (self.answered, self.warned) = (true, false);
        Ok(state)
    }

    fn has_come(&self, state: &InstanceState) -> bool {
        match self.until {
            Until::Started => state.status != Status::Pending,
            Until::Ended => state.status.is_terminal(),
        }
    }

    async fn give_up_if_stalled(&mut self, state: &InstanceState) -> Result<(), RuntimeError> {
        if state.status != Status::Stalled {
            self.stalled = None;
            return Ok(());
        }
        self.slice = SLICE_FIRST;
        let since = *self.stalled.get_or_insert_with(Instant::now);
        if since.elapsed() < STALLED_FOR { Ok(()) } else { Err(self.is_stalled().await) }
    }

    async fn is_stalled(&self) -> RuntimeError {
        let instance_id = self.instance.id().to_owned();
        RuntimeError::Stalled { instance_id, reason: self.stall_reason().await }
    }

    /// Sits out a lost connection, unless no sidecar has answered yet and the caller set no time for that.
    async fn endure(
        &mut self,
        lost: NoAnswer,
        call: &'static str,
    ) -> Result<Option<InstanceState>, RuntimeError> {
        let error = self.instance.rpc.explain(&lost, &self.instance.about(call));
        if !lost.is_transient() || !(self.answered || self.within.is_some()) {
            return Err(error);
        }
        let Ok(left) = self.left() else { return Err(error) };
        if !std::mem::replace(&mut self.warned, true) {
            tracing::warn!(instance_id = self.instance.id(), %error, "waiting goes on when the sidecar answers again");
        }
        sleep(PAUSE.min(left)).await;
        if self.left().is_err() { Err(error) } else { Ok(None) }
    }

    /// What is left of the caller's time.
    fn left(&self) -> Result<Duration, RuntimeError> {
        let Some(within) = self.within else { return Ok(Duration::MAX) };
        match within.saturating_sub(self.begun.elapsed()) {
            Duration::ZERO => Err(RuntimeError::TimedOut { what: self.description(), after: within }),
            left => Ok(left),
        }
    }

    fn description(&self) -> String {
        let what = match self.until {
            Until::Started => "start",
            Until::Ended => "end",
        };
        format!("waiting for the {what} of `{}`", self.instance.id())
    }

    /// The state does not say why it is stalled; the history does, where it can be read.
    async fn stall_reason(&self) -> String {
        let history = self.instance.history().await.unwrap_or_default();
        let reason = history.into_iter().rev().find_map(|entry| match entry.event {
            HistoryEvent::Stalled { reason, description } => Some(description.unwrap_or(reason)),
            _ => None,
        });
        reason.unwrap_or_else(|| "the sidecar gives no reason".to_owned())
    }
}
