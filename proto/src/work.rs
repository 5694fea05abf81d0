//! What a sidecar gives a worker to do.

use bytes::Bytes;
use dacapo_engine::{Event, TraceContext};

use crate::pb;

/// One piece of work.
#[derive(Clone, Debug, PartialEq)]
pub enum WorkItem {
    /// A turn of a workflow.
    Workflow(WorkflowTurn),
    /// An activity to run.
    Activity(ActivityItem),
    /// A kind that is unknown here: older and newer sidecars have more. It can only be skipped.
    Unknown {
        /// The token of the item; empty when the sidecar uses none.
        token: String,
    },
}

/// A turn of a workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkflowTurn {
    /// The instance whose turn it is.
    pub instance_id: String,
    /// The execution that is running; absent from sidecars that do not say.
    pub execution_id: Option<String>,
    /// The committed events, encoded as [`decode::event_bytes`](crate::decode::event_bytes) takes them: all of the
    /// execution's, or, with [`cached_history`](Self::cached_history), those after the ones the worker keeps.
    pub past: Vec<Bytes>,
    /// The events to process. What is committed of them later may be other bytes that say the same.
    pub new: Vec<Event>,
    /// What the parent handed down; [`decode::propagated_history`](crate::decode::propagated_history) reads it.
    pub propagated: Option<pb::PropagatedHistory>,
    /// How many committed events the sidecar left out because it believes the worker keeps them. Absent: none.
    pub cached_history: Option<i32>,
    /// To be returned unchanged with the answer; empty when the sidecar uses none.
    pub token: String,
}

/// An activity to run.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivityItem {
    /// The activity's name.
    pub name: String,
    /// Its input.
    pub input: Option<String>,
    /// The instance that scheduled it.
    pub instance_id: String,
    /// The id of the action that scheduled it, which the answer repeats.
    pub task_id: i32,
    /// One value for all attempts of a call; empty from sidecars that do not say.
    pub task_execution_id: String,
    /// The sidecar's span for this activity.
    pub trace: Option<TraceContext>,
    /// What the caller handed down; [`decode::propagated_history`](crate::decode::propagated_history) reads it.
    pub propagated: Option<pb::PropagatedHistory>,
    /// The version that the scheduling action asked for.
    pub version: Option<String>,
    /// To be returned unchanged with the answer; empty when the sidecar uses none.
    pub token: String,
}
