//! Giving answers to the sidecar.

use std::sync::atomic::Ordering;

use dacapo_proto::pb;
use prost::Message as _;
use tokio::time::{sleep, timeout};
use tonic::{Code, Response, Status};

use super::session::{Session, describe};
use crate::client::{is_too_large, is_unknown_call};

/// How often an answer is given before the stream is taken for dead.
const ATTEMPTS_MAX: u32 = 4;

type Answered = Result<Response<pb::CompleteTaskResponse>, Status>;

/// What became of an answer.
#[derive(Debug, PartialEq)]
pub(super) enum Delivery {
    /// The sidecar has it, or does not need it any more.
    Done,
    /// It is larger than this side sends or the sidecar takes; with the words of the one that refuses.
    TooLarge(String),
    /// It did not arrive. The stream is torn down, so the item comes again.
    Lost,
}

impl Session {
    /// Answers a turn. Dapr 1.18 renamed the call and older releases know only the old name.
    pub(super) async fn complete_workflow(&self, response: pb::WorkflowResponse) -> Delivery {
        if let Some(limit) = self.connection.refuses(response.encoded_len()) {
            return Delivery::TooLarge(limit);
        }
        self.deliver(|| self.send_workflow(response.clone())).await
    }

    async fn send_workflow(&self, response: pb::WorkflowResponse) -> Answered {
        if !self.old_completion.load(Ordering::Relaxed) {
            match self.hub.clone().complete_workflow_task(response.clone()).await {
                Err(status) if is_unknown_call(&status) => {
                    self.old_completion.store(true, Ordering::Relaxed);
                }
                answered => return answered,
            }
        }
        self.hub.clone().complete_orchestrator_task(response).await
    }

    /// Answers an activity.
    pub(super) async fn complete_activity(&self, response: pb::ActivityResponse) -> Delivery {
        if let Some(limit) = self.connection.refuses(response.encoded_len()) {
            return Delivery::TooLarge(limit);
        }
        self.deliver(|| {
            let (mut hub, response) = (self.hub.clone(), response.clone());
            async move { hub.complete_activity_task(response).await }
        })
        .await
    }

    async fn deliver<F: Future<Output = Answered>>(&self, send: impl Fn() -> F) -> Delivery {
        let mut pause = self.pace.answer_pause;
        for attempt in 1..=ATTEMPTS_MAX {
            if self.is_closed() {
                return Delivery::Lost;
            }
            let failed = match timeout(self.pace.answer_timeout, send()).await {
                Ok(Ok(_)) => return Delivery::Done,
                Ok(Err(status)) if is_superseded(&status) => return Delivery::Done,
                Ok(Err(status)) if is_too_large(&status) => {
                    return Delivery::TooLarge(status.message().to_owned());
                }
                Ok(Err(status)) => describe(&status),
                Err(_) => format!("no answer within {:?}", self.pace.answer_timeout),
            };
            tracing::debug!(attempt, reason = failed, "an answer did not reach the sidecar");
            if attempt == ATTEMPTS_MAX {
                self.tear_down(format!("an answer was refused {ATTEMPTS_MAX} times: {failed}"));
                return Delivery::Lost;
            }
            tokio::select! {
                () = self.closed() => return Delivery::Lost,
                () = sleep(pause) => pause *= 2,
            }
        }
        Delivery::Lost
    }
}

/// Older sidecars refuse the answer to an item that somebody else has answered; newer ones ignore it.
fn is_superseded(status: &Status) -> bool {
    status.code() == Code::Unknown && status.message().contains("unknown instance ID")
}
