//! Histories that were handed down.

use std::collections::BTreeMap;

use dacapo_engine::Event;

use super::{event::event, parts, raw_event};
use crate::{
    pb::{self, history_event::EventType},
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
    let mut events: Vec<Event> = Vec::with_capacity(message.raw_events.len());
    let mut inputs = BTreeMap::new();
    for (entry, bytes) in message.raw_events.iter().enumerate() {
        let mut decoded =
            raw_event(bytes).map_err(|error| PropagationError::Undecodable { chunk: place, entry, error })?;
        if let Some(input) = take_input(&mut decoded) {
            inputs.insert(decoded.event_id, input);
        }
        events.push(event(decoded));
    }
    Ok(PropagatedChunk {
        app_id: message.app_id,
        instance_id: message.instance_id,
        workflow_name: message.workflow_name,
        events,
        inputs,
    })
}

/// The engine's events leave the inputs of scheduled work out: replay never needs them.
fn take_input(message: &mut pb::HistoryEvent) -> Option<String> {
    match message.event_type.as_mut()? {
        EventType::TaskScheduled(it) => it.input.take(),
        EventType::ChildWorkflowInstanceCreated(it) => it.input.take(),
        _ => None,
    }
}
