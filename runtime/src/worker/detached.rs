//! Detached workflows on sidecars that do not know them.

use dacapo_engine::{ActionKind, Answer, FailureDetails};

use super::session::Session;

const UNSUPPORTED: &str = "DetachedUnsupported";

/// Keeps an answer from a sidecar that would not understand it, and would hand out the same turn every second for ever.
pub(super) async fn refuse_unknown(
    session: &Session,
    workflow: &str,
    answer: Answer,
) -> Result<Answer, FailureDetails> {
    let starts_detached = |kind: &ActionKind| matches!(kind, ActionKind::CreateDetached { .. });
    if !answer.actions.iter().any(|action| starts_detached(&action.kind))
        || session.release().await.starts_detached()
    {
        return Ok(answer);
    }
    let release = session.release_text().await;
    let message = format!(
        "`{workflow}` starts a workflow with `start_detached`, which Dapr {release} does not know: run it on a Dapr after \
         1.18.0 or on dacapo-sidecar, or schedule the workflow with a client in an activity"
    );
    Err(FailureDetails::new(UNSUPPORTED, message).non_retriable())
}

pub(super) fn is_refusal(problem: &FailureDetails) -> bool {
    problem.error_type == UNSUPPORTED
}
