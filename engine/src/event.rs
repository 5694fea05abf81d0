//! Entries of a history, as the sidecar sends them.

use alloc::{boxed::Box, collections::BTreeMap, string::String, vec::Vec};
use core::mem;

use crate::{failure::FailureDetails, time::Timestamp};

/// One entry of the history of a workflow instance.
#[derive(Clone, Debug, Hash, PartialEq)]
pub struct Event {
    /// The id of the action that this event records; -1 for events that record none.
    pub id: i32,
    /// When the sidecar wrote the event.
    pub timestamp: Timestamp,
    /// Between which apps the recorded work travels; `None` when the sidecar does not say.
    pub router: Option<Router>,
    /// What happened.
    pub kind: EventKind,
}

/// What an [`Event`] says.
#[derive(Clone, Debug, Hash, PartialEq)]
pub enum EventKind {
    /// The execution begins. Boxed, because a history has one of it and all events are as large as the largest.
    ExecutionStarted(Box<ExecutionStarted>),
    /// The execution has ended; its own code wrote this, so it tells that code nothing new.
    ExecutionCompleted,
    /// Somebody ended the instance from outside.
    ExecutionTerminated {
        /// The result that the one who terminated it gave.
        input: Option<String>,
        /// Whether children are to be terminated too; the sidecar does that.
        recurse: bool,
    },
    /// An activity was scheduled.
    TaskScheduled {
        /// The activity's name.
        name: String,
        /// The id of the logical call, empty on old sidecars.
        task_execution_id: String,
    },
    /// An activity succeeded.
    TaskCompleted {
        /// The id of the action that scheduled it.
        scheduled_id: i32,
        /// Its result, JSON.
        result: Option<String>,
        /// The id of the logical call, empty on old sidecars.
        task_execution_id: String,
    },
    /// An attempt of an activity failed.
    TaskFailed {
        /// The id of the action that scheduled it.
        scheduled_id: i32,
        /// Why.
        details: Option<FailureDetails>,
        /// The id of the logical call, empty on old sidecars.
        task_execution_id: String,
    },
    /// A child workflow was created.
    ChildCreated {
        /// The child's workflow name.
        name: String,
        /// The child's instance id.
        instance_id: String,
    },
    /// A child workflow succeeded.
    ChildCompleted {
        /// The id of the action that created it.
        scheduled_id: i32,
        /// Its result, JSON.
        result: Option<String>,
    },
    /// A child workflow failed or was terminated.
    ChildFailed {
        /// The id of the action that created it.
        scheduled_id: i32,
        /// Why; `None` when it was terminated.
        details: Option<FailureDetails>,
    },
    /// A timer was set.
    TimerCreated {
        /// When it fires.
        fire_at: Timestamp,
        /// Its label.
        name: Option<String>,
        /// What it was set for; `None` in histories of old SDKs and sidecars.
        origin: Option<TimerOrigin>,
    },
    /// A timer fired.
    TimerFired {
        /// The id of the action that set it.
        timer_id: i32,
        /// When it was to fire.
        fire_at: Timestamp,
    },
    /// A turn begins; its timestamp is the workflow's current time.
    WorkflowStarted {
        /// The version that the turn's answer reported.
        version: Option<WorkflowVersion>,
    },
    /// An external event arrived.
    EventRaised {
        /// Its name, compared without case.
        name: String,
        /// Its payload, JSON.
        input: Option<String>,
    },
    /// The instance was suspended.
    ExecutionSuspended,
    /// The instance was resumed.
    ExecutionResumed,
    /// A detached workflow was created.
    DetachedCreated {
        /// Its instance id.
        instance_id: String,
    },
    /// A message was sent to another instance (other SDKs only).
    EventSent,
    /// Anything the engine has no use for: stalled, workflow completed, continued as new, kinds of newer sidecars.
    Ignored,
}

impl Event {
    /// Takes the event; what stays behind says nothing.
    pub(crate) fn take(&mut self) -> Self {
        let kind = mem::replace(&mut self.kind, EventKind::Ignored);
        Self { id: self.id, timestamp: self.timestamp, router: self.router.take(), kind }
    }

    /// Bytes of the payload that the event carries.
    pub(crate) fn payload_bytes(&self) -> usize {
        match &self.kind {
            EventKind::TaskCompleted { result: payload, .. }
            | EventKind::ChildCompleted { result: payload, .. }
            | EventKind::EventRaised { input: payload, .. } => payload.as_ref().map_or(0, String::len),
            _ => 0,
        }
    }
}

/// How an execution began.
#[derive(Clone, Debug, Default, Hash, PartialEq)]
pub struct ExecutionStarted {
    /// The workflow's name.
    pub name: String,
    /// Its input, JSON; `None` when it was given none.
    pub input: Option<String>,
    /// The instance id; after a rerun that of the instance it was copied from.
    pub instance_id: String,
    /// The id of this generation of the instance.
    pub execution_id: Option<String>,
    /// The workflow that waits for this one.
    pub parent: Option<ParentInfo>,
    /// Labels given when the instance was created.
    pub tags: BTreeMap<String, String>,
    /// When it was to start, if not at once.
    pub scheduled_start: Option<Timestamp>,
    /// The trace it belongs to.
    pub trace_parent: Option<TraceContext>,
}

/// The workflow that waits for this one.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct ParentInfo {
    /// The parent's instance id.
    pub instance_id: String,
    /// The id of the parent's generation that waits.
    pub execution_id: Option<String>,
    /// The parent's workflow name.
    pub name: String,
    /// The id of the parent's action that created this instance.
    pub task_scheduled_id: i32,
    /// The app that the parent runs in.
    pub app_id: Option<String>,
    /// The namespace of that app.
    pub app_namespace: Option<String>,
}

/// What a worker reported about the code that ran a turn.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct WorkflowVersion {
    /// Patches that were in force, in the order in which the code met them.
    pub patches: Vec<String>,
    /// The named version that ran.
    pub name: Option<String>,
}

/// Between which apps work travels.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Router {
    /// The app that asks.
    pub source_app: String,
    /// The app that does it; `None` is the app that asks.
    pub target_app: Option<String>,
    /// The namespace of the target app.
    pub target_namespace: Option<String>,
}

/// A W3C trace context.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct TraceContext {
    /// The `traceparent` header.
    pub trace_parent: String,
    /// The `tracestate` header.
    pub trace_state: Option<String>,
}

/// What a timer was set for.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum TimerOrigin {
    /// The workflow asked for a timer.
    CreateTimer,
    /// The workflow waits for an external event.
    ExternalEvent {
        /// The event's name as the workflow gave it.
        name: String,
    },
    /// The pause before an activity is tried again.
    ActivityRetry {
        /// The id of the logical call.
        task_execution_id: String,
    },
    /// The pause before a child workflow is tried again.
    ChildRetry {
        /// The instance id of the first attempt.
        instance_id: String,
    },
}
