//! From messages to plain values.
//!
//! Every function here is total: whatever bytes a sidecar sends, of this release or a later one, the answer is
//! a value or a [`DecodeError`], never a panic. Unknown fields, enum values and kinds of events are tolerated;
//! times out of range are clamped. Optional texts that are present and empty read as absent where an empty text
//! would mean nothing (names, ids of apps), and are kept where a user wrote them (inputs, results, reasons).

mod event;
mod instance;
mod parts;
mod propagated;
mod quick;
mod work_item;

pub use event::event;
pub use instance::{instance, state};
pub(crate) use parts::shorten;
pub use parts::{FAILURE_CAUSES_MAX, failure, router, timestamp, trace_context, version};
pub use propagated::propagated_history;
pub use work_item::work_item;

use core::fmt;
use dacapo_engine::Event;
use prost::Message as _;

use crate::pb;

/// Bytes that are not the message they should be.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodeError {
    what: &'static str,
    cause: prost::DecodeError,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be decoded: {}", self.what, self.cause)
    }
}

impl core::error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.cause)
    }
}

/// One entry of a history, from the bytes in which a sidecar stores and sends it.
///
/// ```
/// use dacapo_engine::EventKind;
///
/// // eventId = -1, eventRaised = { name = "go" }
/// let bytes = b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x8a\x01\x04\x0a\x02go";
/// let event = dacapo_proto::decode::event_bytes(bytes)?;
///
/// assert_eq!(event.id, -1);
/// assert_eq!(event.kind, EventKind::EventRaised { name: "go".to_owned(), input: None });
/// # Ok::<(), dacapo_proto::decode::DecodeError>(())
/// ```
///
/// # Errors
/// When the bytes are not a `HistoryEvent`. A kind of event that is unknown here is none: it decodes as
/// [`EventKind::Ignored`](dacapo_engine::EventKind::Ignored).
pub fn event_bytes(bytes: &[u8]) -> Result<Event, DecodeError> {
    match quick::event(bytes) {
        Some(event) => Ok(event),
        None => raw_event(bytes).map(event),
    }
}

fn raw_event(bytes: &[u8]) -> Result<pb::HistoryEvent, DecodeError> {
    pb::HistoryEvent::decode(bytes).map_err(|cause| DecodeError { what: "a history event", cause })
}
