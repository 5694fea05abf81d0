//! The trace that instances are started in.

use dacapo_proto::pb;
use tracing::Span;

use crate::otel;

/// The span of starting an instance, or the caller's where the client's own are not recorded.
pub(super) fn span(workflow: &str, instance_id: &str) -> Span {
    let span = tracing::info_span!("schedule", workflow, instance_id, otel.kind = "client");
    if span.is_disabled() { Span::current() } else { span }
}

/// The parent that a span of this program is for the sidecar's.
pub(super) fn of(span: &Span) -> Option<pb::TraceContext> {
    let trace = otel::trace_of(span)?;
    parent(&trace.trace_parent, trace.trace_state.as_deref())
}

/// A parent for the sidecar's spans of an instance; `None` unless it is valid and sampled: sidecars refuse others, or would
/// record what nobody wants.
pub(super) fn parent(trace_parent: &str, trace_state: Option<&str>) -> Option<pb::TraceContext> {
    is_sampled(trace_parent).then(|| pb::TraceContext {
        trace_parent: trace_parent.to_owned(),
        trace_state: trace_state.filter(|state| !state.is_empty()).map(str::to_owned),
        ..Default::default()
    })
}

/// W3C Trace Context, version 00: `00-<trace>-<span>-<flags>`, where the lowest flag says that it is sampled.
fn is_sampled(trace_parent: &str) -> bool {
    let parts: Vec<&str> = trace_parent.split('-').collect();
    let ["00", trace, span, flags] = parts[..] else { return false };
    let is_id = |id: &str, digits| is_hex(id, digits) && id.bytes().any(|digit| digit != b'0');
    let is_set = || u8::from_str_radix(flags, 16).is_ok_and(|flags| flags & 1 == 1);
    is_id(trace, 32) && is_id(span, 16) && is_hex(flags, 2) && is_set()
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const SPAN: &str = "b7ad6b7169203331";

    #[test]
    fn a_valid_sampled_parent_goes_along_unchanged() {
        let text = format!("00-{TRACE}-{SPAN}-01");
        let context = parent(&text, Some("vendor=1")).unwrap();
        assert_eq!((context.trace_parent, context.trace_state.as_deref()), (text.clone(), Some("vendor=1")));
        assert_eq!(parent(&text, Some("")).unwrap().trace_state, None);
    }

    #[test]
    fn what_is_invalid_or_not_sampled_is_left_out() {
        let (no_trace, no_span) = ("0".repeat(32), "0".repeat(16));
        let parents = [
            String::new(),
            format!("00-{TRACE}-{SPAN}-00"),
            format!("01-{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{no_trace}-{SPAN}-01"),
            format!("00-{TRACE}-{no_span}-01"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-{SPAN}-+1"),
        ];
        for text in parents {
            assert_eq!(parent(&text, None), None, "{text}");
        }
    }
}
