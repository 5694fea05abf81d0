//! What a sidecar does not know and would not refuse.

use dacapo_engine::{Action, ActionKind, Answer, FailureDetails};

use super::session::Session;
use crate::connection::Release;

/// Something that newer sidecars do.
#[derive(Clone, Copy)]
struct Novelty {
    error_type: &'static str,
    /// What the workflow does, and what it can do instead.
    what: &'static str,
    instead: &'static str,
    is_asked_by: fn(&Action) -> bool,
    is_known_to: fn(Release) -> bool,
}

const NOVELTIES: [Novelty; 2] = [
    // It would hand out the same turn every second for ever.
    Novelty {
        error_type: "DetachedUnsupported",
        what: "starts a workflow with `start_detached`",
        instead: "schedule the workflow with a client in an activity",
        is_asked_by: |action| matches!(action.kind, ActionKind::CreateDetached { .. }),
        is_known_to: Release::starts_detached,
    },
    // It would call the app of that name in its own namespace.
    Novelty {
        error_type: "NamespaceUnsupported",
        what: "calls an app in a namespace with `app_in`",
        instead: "call one of the own namespace with `app`",
        is_asked_by: |action| action.router.as_ref().is_some_and(|router| router.target_namespace.is_some()),
        is_known_to: Release::routes_to_namespaces,
    },
];

/// Keeps an answer from a sidecar that would misunderstand it.
pub(super) async fn refuse(
    session: &Session,
    workflow: &str,
    answer: Answer,
) -> Result<Answer, FailureDetails> {
    for novelty in NOVELTIES {
        if answer.actions.iter().any(novelty.is_asked_by) && !(novelty.is_known_to)(session.release().await) {
            let Novelty { error_type, what, instead, .. } = novelty;
            let release = session.release_text().await;
            let message = format!(
                "`{workflow}` {what}, which Dapr {release} does not know: run it on a Dapr after 1.18.0 or on dacapo-sidecar, \
                 or {instead}"
            );
            return Err(FailureDetails::new(error_type, message).non_retriable());
        }
    }
    Ok(answer)
}

pub(super) fn is_refusal(problem: &FailureDetails) -> bool {
    NOVELTIES.iter().any(|novelty| novelty.error_type == problem.error_type)
}
