//! Log events of workflow code: once, and never on replay.

use tracing::dispatcher::{self, Dispatch};
use tracing::{Span, info_span};

/// The span around the code of an instance.
pub(crate) fn workflow_span(workflow: &str, instance_id: &str) -> Span {
    info_span!("workflow", workflow, instance_id)
}

/// Runs a piece of workflow code: inside `span` when it runs for the first time, unheard when it is replayed.
pub(crate) fn replay_safe<T>(span: &Span, replaying: bool, code: impl FnOnce() -> T) -> T {
    if replaying { dispatcher::with_default(&Dispatch::none(), code) } else { span.in_scope(code) }
}
