//! Histories that were handed down.

use super::{parts, raw_event};
use crate::{
    pb,
    propagated::{PropagatedChunk, PropagatedHistory, PropagationError},
};

/// Reads what a caller handed down, and checks it.
///
/// # Errors
/// When a chunk names no app, or one of its entries is not an event.
pub fn propagated_history(message: pb::PropagatedHistory) -> Result<PropagatedHistory, PropagationError> {
    let chunks = message.chunks.into_iter().enumerate().map(|(place, content)| chunk(place, content));
    Ok(PropagatedHistory {
        scope: parts::propagation(message.scope),
        chunks: chunks.collect::<Result<_, _>>()?,
    })
}

fn chunk(place: usize, message: pb::PropagatedHistoryChunk) -> Result<PropagatedChunk, PropagationError> {
    if message.app_id.is_empty() {
        return Err(PropagationError::MissingApp { chunk: place, instance_id: message.instance_id });
    }
    let undecodable = |entry, error| PropagationError::Undecodable { chunk: place, entry, error };
    let events = message.raw_events.iter().enumerate();
    Ok(PropagatedChunk {
        app_id: message.app_id,
        instance_id: message.instance_id,
        workflow_name: message.workflow_name,
        events: events
            .map(|(entry, bytes)| raw_event(bytes).map_err(|error| undecodable(entry, error)))
            .collect::<Result<_, _>>()?,
    })
}
