//! The history that a workflow's caller handed down to it. It comes with every turn, beside the workflow's own history.

use std::any::Any;
use std::rc::Rc;

use dacapo_engine::FailureDetails;
use dacapo_proto::pb;
use prost::Message as _;

use super::prefix::Digest;
use crate::propagated::PropagatedHistory;

/// What was handed down, in the form that executions take, with what it costs to keep.
pub(super) struct HandedDown {
    pub(super) attachment: Option<Rc<dyn Any>>,
    pub(super) bytes: usize,
}

impl HandedDown {
    pub(super) fn read(message: Option<pb::PropagatedHistory>) -> Result<Self, FailureDetails> {
        let Some(message) = message else { return Ok(Self { attachment: None, bytes: 0 }) };
        // Decoded it takes about twice its length.
        let bytes = 2 * message.encoded_len();
        Ok(Self { attachment: Some(Rc::new(PropagatedHistory::read(message)?)), bytes })
    }
}

/// Tells what was handed down from anything else: an execution that was kept has read what came with its first turn, and
/// must not go on with another.
pub(super) fn digest(message: Option<&pb::PropagatedHistory>) -> Option<Digest> {
    let message = message?;
    let mut digest = Digest::default();
    digest.push(&message.scope.to_le_bytes());
    for chunk in &message.chunks {
        // Events follow the three ids, however many there are.
        digest.push(&chunk.raw_events.len().to_le_bytes());
        for text in [&chunk.app_id, &chunk.instance_id, &chunk.workflow_name] {
            digest.push(text.as_bytes());
        }
        chunk.raw_events.iter().for_each(|event| digest.push(event));
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn history(app_id: &str, events: &[&'static [u8]]) -> pb::PropagatedHistory {
        let raw_events = events.iter().map(|event| Bytes::from_static(event)).collect();
        let chunk = pb::PropagatedHistoryChunk { raw_events, app_id: app_id.into(), ..Default::default() };
        pb::PropagatedHistory { scope: 1, chunks: vec![chunk] }
    }

    #[test]
    fn every_part_of_it_matters_to_the_digest() {
        let whole = history("shop", &[b"\x08\x01", b"\x08\x02"]);
        let others = [
            history("bank", &[b"\x08\x01", b"\x08\x02"]),
            history("shop", &[b"\x08\x01"]),
            history("shop", &[b"\x08\x02", b"\x08\x01"]),
            pb::PropagatedHistory { scope: 2, ..whole.clone() },
            pb::PropagatedHistory { chunks: vec![], ..whole.clone() },
        ];
        assert_eq!(digest(Some(&whole)), digest(Some(&whole.clone())));
        for other in others {
            assert_ne!(digest(Some(&whole)), digest(Some(&other)), "{other:?}");
        }
        assert_ne!(digest(Some(&whole)), digest(None));
    }
}
