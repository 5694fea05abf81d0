//! What a turn asks the sidecar to do.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use crate::{
    event::{Event, Router, TimerOrigin},
    failure::FailureDetails,
    time::Timestamp,
};

/// One thing that a turn asks the sidecar to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The id that the event recording it and its result carry.
    pub id: i32,
    /// The app that is to do it; `None` is this one.
    pub router: Option<Router>,
    /// What to do.
    pub kind: ActionKind,
}

/// What an [`Action`] asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum ActionKind {
    /// Run an activity.
    ScheduleTask {
        /// The activity's name.
        name: String,
        /// Its input, JSON.
        input: Option<String>,
        /// The id of the logical call: the same for all attempts.
        task_execution_id: String,
        /// How much history the activity gets to see.
        propagation: Propagation,
    },
    /// Run a child workflow.
    CreateChild {
        /// Its instance id; empty leaves it to the sidecar (`<parent>:<id in hex>`).
        instance_id: String,
        /// The child's workflow name.
        name: String,
        /// Its input, JSON.
        input: Option<String>,
        /// How much history the child gets to see.
        propagation: Propagation,
        /// From the second attempt on, the instance id of the first.
        retry_parent: Option<String>,
    },
    /// Set a timer.
    CreateTimer {
        /// When it fires.
        fire_at: Timestamp,
        /// Its label.
        name: Option<String>,
        /// What it is for.
        origin: TimerOrigin,
    },
    /// Start a workflow that nobody waits for.
    CreateDetached {
        /// Its instance id, never empty.
        instance_id: String,
        /// Its workflow name.
        name: String,
        /// Its input, JSON.
        input: Option<String>,
        /// When it starts, if not at once.
        scheduled_start: Option<Timestamp>,
        /// Its labels.
        tags: BTreeMap<String, String>,
    },
    /// The execution is over.
    Complete(Completion),
    /// No code for this workflow and version is here.
    VersionNotAvailable,
}

impl ActionKind {
    /// How the execution ends, if the action ends it.
    pub(crate) fn end(&self) -> Option<CompletionStatus> {
        match self {
            Self::Complete(end) => Some(end.status),
            _ => None,
        }
    }

    /// Bytes of the payload that the action carries.
    pub(crate) fn payload_bytes(&self) -> usize {
        match self {
            Self::ScheduleTask { input: payload, .. }
            | Self::CreateChild { input: payload, .. }
            | Self::CreateDetached { input: payload, .. }
            | Self::Complete(Completion { result: payload, .. }) => payload.as_ref().map_or(0, String::len),
            Self::CreateTimer { .. } | Self::VersionNotAvailable => 0,
        }
    }
}

/// How an execution ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// The kind of end.
    pub status: CompletionStatus,
    /// The result, or the next generation's input, JSON.
    pub result: Option<String>,
    /// Why it failed; set exactly when it failed.
    pub failure: Option<FailureDetails>,
    /// External events that the next generation inherits, in the order they arrived.
    pub carryover: Vec<Event>,
}

/// The kind of end an execution came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CompletionStatus {
    /// The workflow returned a value.
    Completed,
    /// The workflow returned an error.
    Failed,
    /// Somebody ended it from outside.
    Terminated,
    /// The workflow asked for a next generation of itself.
    ContinuedAsNew,
}

/// How much history an activity or child gets to see.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Propagation {
    /// None.
    #[default]
    None,
    /// The events of this workflow.
    OwnHistory,
    /// Also what this workflow itself was given to see.
    Lineage,
}
