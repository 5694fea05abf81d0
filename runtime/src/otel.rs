//! Spans of this program in the sidecar's traces. Without the feature `otel` nothing here does anything.

use dacapo_engine::TraceContext;
use tracing::Span;

/// Makes the sidecar's span the parent of one of ours.
pub(crate) fn continue_trace(span: &Span, trace: &TraceContext) {
    #[cfg(feature = "otel")]
    imp::continue_trace(span, trace);
    #[cfg(not(feature = "otel"))]
    let _ = (span, trace);
}

/// Keeps a span, and what is inside of it, out of traces: the code of a workflow runs again and again.
pub(crate) fn leave_out(span: &Span) {
    #[cfg(feature = "otel")]
    imp::leave_out(span);
    #[cfg(not(feature = "otel"))]
    let _ = span;
}

/// The trace that a span of ours is recorded in; `None` when it is not recorded.
pub(crate) fn trace_of(span: &Span) -> Option<TraceContext> {
    #[cfg(feature = "otel")]
    return imp::trace_of(span);
    #[cfg(not(feature = "otel"))]
    {
        let _ = span;
        None
    }
}

#[cfg(feature = "otel")]
mod imp {
    use dacapo_engine::TraceContext;
    use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};
    use tracing::Span;
    use tracing_opentelemetry::OpenTelemetrySpanExt as _;

    pub(super) fn continue_trace(span: &Span, trace: &TraceContext) {
        let Some(parent) = read(trace) else { return };
        // It fails only where no layer of OpenTelemetry listens, and then there is nothing to continue.
        let _ = span.set_parent(opentelemetry::Context::new().with_remote_span_context(parent));
    }

    /// Samplers follow a parent that is not sampled.
    pub(super) fn leave_out(span: &Span) {
        let (trace, id) = (TraceId::from(1_u128), SpanId::from(1_u64));
        let parent = SpanContext::new(trace, id, TraceFlags::NOT_SAMPLED, true, TraceState::NONE);
        let _ = span.set_parent(opentelemetry::Context::new().with_remote_span_context(parent));
    }

    pub(super) fn trace_of(span: &Span) -> Option<TraceContext> {
        let context = span.context();
        let span = context.span();
        let context = span.span_context();
        let (trace, id, flags) = (context.trace_id(), context.span_id(), context.trace_flags().to_u8());
        context.is_valid().then(|| TraceContext {
            trace_parent: format!("00-{trace}-{id}-{flags:02x}"),
            trace_state: Some(context.trace_state().header()).filter(|state| !state.is_empty()),
        })
    }

    /// W3C Trace Context, version 00.
    fn read(trace: &TraceContext) -> Option<SpanContext> {
        let parts: Vec<&str> = trace.trace_parent.split('-').collect();
        let ["00", id, span, flags] = parts[..] else { return None };
        let state = trace.trace_state.as_deref().and_then(|state| state.parse::<TraceState>().ok());
        let context = SpanContext::new(
            TraceId::from_hex(id).ok()?,
            SpanId::from_hex(span).ok()?,
            TraceFlags::new(u8::from_str_radix(flags, 16).ok()?),
            true,
            state.unwrap_or_default(),
        );
        context.is_valid().then_some(context)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn trace(parent: &str) -> TraceContext {
            TraceContext { trace_parent: parent.to_owned(), trace_state: Some("vendor=1".to_owned()) }
        }

        #[test]
        fn a_trace_context_is_read_as_it_is_written() {
            let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
            let context = read(&trace(parent)).unwrap();
            assert_eq!(context.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
            assert_eq!(context.span_id().to_string(), "b7ad6b7169203331");
            assert!(context.is_sampled() && context.is_remote());
            assert_eq!(context.trace_state().get("vendor"), Some("1"));
        }

        #[test]
        fn what_is_no_trace_context_is_left_out() {
            for parent in ["", "00-0-0-01", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"] {
                assert!(read(&trace(parent)).is_none(), "{parent}");
            }
            let nowhere = format!("00-{}-{}-01", "0".repeat(32), "0".repeat(16));
            assert!(read(&trace(&nowhere)).is_none());
        }

        #[test]
        fn a_span_that_nobody_records_has_no_trace() {
            assert!(trace_of(&Span::none()).is_none());
        }
    }
}
