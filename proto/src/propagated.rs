//! History that a workflow handed to the work it started.

use core::fmt;

use dacapo_engine::Propagation;

use crate::{decode::DecodeError, pb};

/// Everything that was handed down to an activity or a child.
#[derive(Clone, Debug, PartialEq)]
pub struct PropagatedHistory {
    /// What the sender asked for.
    pub scope: Propagation,
    /// One chunk a workflow: the oldest ancestor first, the sender last.
    pub chunks: Vec<PropagatedChunk>,
}

/// The history of one workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct PropagatedChunk {
    /// The app that ran the workflow; never empty.
    pub app_id: String,
    /// The workflow's instance.
    pub instance_id: String,
    /// The workflow's name.
    pub workflow_name: String,
    /// Its events, in order, with all that replay does not need, such as the inputs of activities.
    pub events: Vec<pb::HistoryEvent>,
}

/// Why a history that was handed down cannot be used.
#[derive(Clone, Debug, PartialEq)]
pub enum PropagationError {
    /// A chunk does not say which app it comes from.
    MissingApp {
        /// The chunk's place, from 0.
        chunk: usize,
        /// The instance it claims to belong to.
        instance_id: String,
    },
    /// An entry of a chunk is not an event.
    Undecodable {
        /// The chunk's place, from 0.
        chunk: usize,
        /// The entry's place in the chunk, from 0.
        entry: usize,
        /// What is wrong with it.
        error: DecodeError,
    },
}

impl fmt::Display for PropagationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingApp { chunk, instance_id } => {
                write!(f, "chunk {chunk} of the propagated history (instance `{instance_id}`) names no app")
            }
            Self::Undecodable { chunk, entry, error } => {
                write!(f, "entry {entry} in chunk {chunk} of the propagated history: {error}")
            }
        }
    }
}

impl core::error::Error for PropagationError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::MissingApp { .. } => None,
            Self::Undecodable { error, .. } => Some(error),
        }
    }
}
