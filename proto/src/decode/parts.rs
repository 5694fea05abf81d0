//! The values that several messages share.

use dacapo_engine::{FailureDetails, Propagation, Router, Timestamp, TraceContext, WorkflowVersion};

use crate::pb;

/// How many causes of a failure are kept, not counting the innermost one, which is always kept: a Rust worker
/// puts the error value there. See docs/protocol.md, "Failures".
pub const FAILURE_CAUSES_MAX: usize = 16;

/// A point in time, clamped to the years 1 to 9999.
pub fn timestamp(message: prost_types::Timestamp) -> Timestamp {
    let nanos = message.nanos.clamp(0, 999_999_999).unsigned_abs();
    Timestamp::new(message.seconds, nanos)
}

/// A failure and its causes; a chain of more than [`FAILURE_CAUSES_MAX`] causes loses those in its middle.
pub fn failure(mut message: pb::TaskFailureDetails) -> FailureDetails {
    let mut causes = Vec::new();
    let mut next = message.inner_failure.take();
    while let Some(mut cause) = next {
        next = cause.inner_failure.take();
        causes.push(*cause);
    }
    shorten(&mut causes);
    let inner = causes.into_iter().rfold(None, |inner, cause| Some(Box::new(failure_link(cause, inner))));
    failure_link(message, inner)
}

/// Cuts a chain of causes, outermost first, to what may travel: the first causes and the innermost.
pub(crate) fn shorten<T>(causes: &mut Vec<T>) {
    if causes.len() > FAILURE_CAUSES_MAX + 1 {
        causes.drain(FAILURE_CAUSES_MAX..causes.len() - 1);
    }
}

fn failure_link(link: pb::TaskFailureDetails, inner: Option<Box<FailureDetails>>) -> FailureDetails {
    FailureDetails {
        error_type: link.error_type,
        message: link.error_message,
        stack_trace: link.stack_trace,
        inner,
        non_retriable: link.is_non_retriable,
    }
}

/// Which app sent something and which one is to receive it.
pub fn router(message: pb::TaskRouter) -> Router {
    Router {
        source_app: message.source_app_id,
        target_app: filled(message.target_app_id),
        target_namespace: filled(message.target_app_namespace),
    }
}

/// A trace context; absent when it names no trace. The form that keeps the span apart from the trace, which Go's
/// clients send, becomes the W3C one.
pub fn trace_context(message: pb::TraceContext) -> Option<TraceContext> {
    let parent = message.trace_parent;
    let trace_parent = if is_hex(&parent, 32) && is_hex(&message.span_id, 16) {
        format!("00-{parent}-{}-01", message.span_id)
    } else {
        parent
    };
    let trace_state = filled(message.trace_state);
    (!trace_parent.is_empty()).then_some(TraceContext { trace_parent, trace_state })
}

/// What an earlier turn decided about versions.
pub fn version(message: pb::WorkflowVersion) -> WorkflowVersion {
    WorkflowVersion { patches: message.patches, name: filled(message.name) }
}

pub(super) fn propagation(scope: i32) -> Propagation {
    match pb::HistoryPropagationScope::try_from(scope) {
        Ok(pb::HistoryPropagationScope::OwnHistory) => Propagation::OwnHistory,
        Ok(pb::HistoryPropagationScope::Lineage) => Propagation::Lineage,
        Ok(pb::HistoryPropagationScope::None) | Err(_) => Propagation::None,
    }
}

/// Present and not empty.
pub(super) fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
