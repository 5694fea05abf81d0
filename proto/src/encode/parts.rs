//! The values that several messages share.

use core::iter;

use dacapo_engine::{FailureDetails, Propagation, Router, Timestamp, TraceContext, WorkflowVersion};

use crate::{decode::shorten, pb};

/// A point in time.
pub fn timestamp(time: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: time.seconds(), nanos: time.nanos().cast_signed() }
}

/// A failure and its causes; a chain of more than
/// [`FAILURE_CAUSES_MAX`](crate::decode::FAILURE_CAUSES_MAX) causes loses those in its middle, because a receiver
/// refuses messages that are nested too deeply.
pub fn failure(details: &FailureDetails) -> pb::TaskFailureDetails {
    let mut causes: Vec<_> =
        iter::successors(details.inner.as_deref(), |cause| cause.inner.as_deref()).collect();
    shorten(&mut causes);
    let inner = causes.into_iter().rfold(None, |inner, cause| Some(Box::new(failure_link(cause, inner))));
    failure_link(details, inner)
}

fn failure_link(
    link: &FailureDetails,
    inner_failure: Option<Box<pb::TaskFailureDetails>>,
) -> pb::TaskFailureDetails {
    pb::TaskFailureDetails {
        error_type: link.error_type.clone(),
        error_message: link.message.clone(),
        stack_trace: link.stack_trace.clone(),
        inner_failure,
        is_non_retriable: link.non_retriable,
    }
}

/// Which app sends something and which one is to receive it.
pub fn router(router: Router) -> pb::TaskRouter {
    pb::TaskRouter {
        source_app_id: router.source_app,
        target_app_id: router.target_app,
        target_app_namespace: router.target_namespace,
    }
}

/// A trace context, in the W3C form.
pub fn trace_context(context: TraceContext) -> pb::TraceContext {
    pb::TraceContext {
        trace_parent: context.trace_parent,
        span_id: String::new(),
        trace_state: context.trace_state,
    }
}

/// What a turn decided about versions.
pub fn version(version: WorkflowVersion) -> pb::WorkflowVersion {
    pb::WorkflowVersion { patches: version.patches, name: version.name }
}

/// Nothing is asked for by silence: older sidecars do not know the field. See docs/protocol.md, "Propagation".
pub(super) fn propagation(propagation: Propagation) -> Option<i32> {
    let scope = match propagation {
        Propagation::None => return None,
        Propagation::OwnHistory => pb::HistoryPropagationScope::OwnHistory,
        Propagation::Lineage => pb::HistoryPropagationScope::Lineage,
    };
    Some(scope.into())
}
