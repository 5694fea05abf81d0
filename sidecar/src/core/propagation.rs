//! History that travels with work: what an activity or child gets to see of those who caused it.
//! See docs/protocol.md, "Propagation".

use bytes::Bytes;
use dacapo_proto::pb::{self, HistoryPropagationScope};
use prost::Message as _;

use crate::store::StoreError;

/// How much history goes along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Scope {
    /// None.
    #[default]
    None,
    /// The history of the workflow that asks.
    Own,
    /// That, and what the workflow was given itself.
    Lineage,
}

impl Scope {
    /// The scope of a field; what is unknown counts as none.
    pub(crate) fn from_wire(value: Option<i32>) -> Self {
        match value.map(HistoryPropagationScope::try_from) {
            Some(Ok(HistoryPropagationScope::OwnHistory)) => Self::Own,
            Some(Ok(HistoryPropagationScope::Lineage)) => Self::Lineage,
            _ => Self::None,
        }
    }

    fn to_wire(self) -> i32 {
        let scope = match self {
            Self::None => HistoryPropagationScope::None,
            Self::Own => HistoryPropagationScope::OwnHistory,
            Self::Lineage => HistoryPropagationScope::Lineage,
        };
        scope as i32
    }
}

/// The history of one workflow, ready to go along with its work.
#[derive(Debug, Default)]
pub(crate) struct Propagation {
    /// What the workflow was given.
    pub(crate) received: Option<pb::PropagatedHistory>,
    /// Its own part.
    pub(crate) own: pb::PropagatedHistoryChunk,
}

impl Propagation {
    /// The encoded history for work of this scope.
    pub(crate) fn encode(&self, scope: Scope) -> Option<Bytes> {
        if scope == Scope::None {
            return None;
        }
        let mut chunks = match (&self.received, scope) {
            (Some(received), Scope::Lineage) => received.chunks.clone(),
            _ => Vec::new(),
        };
        chunks.push(self.own.clone());
        Some(Bytes::from(pb::PropagatedHistory { scope: scope.to_wire(), chunks }.encode_to_vec()))
    }

    /// What the next generation receives: only an execution that was given history passes it on.
    pub(crate) fn for_next_generation(&self) -> Option<Bytes> {
        let scope = Scope::from_wire(Some(self.received.as_ref()?.scope));
        self.encode(scope)
    }
}

/// Reads stored history.
pub(crate) fn decode(stored: Option<Bytes>) -> Result<Option<pb::PropagatedHistory>, StoreError> {
    let decoded = stored.map(pb::PropagatedHistory::decode).transpose();
    decoded.map_err(|error| StoreError::Damaged {
        detail: format!("a stored propagated history cannot be decoded: {error}"),
    })
}
