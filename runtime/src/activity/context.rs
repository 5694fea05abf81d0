//! The context of one run of an activity.

use core::fmt;
use std::sync::Arc;

use dacapo_engine::TraceContext;

use super::state::{State, StateMap};
use crate::propagated::PropagatedHistory;

/// What an activity may know of the call that it answers.
///
/// An activity that wants it takes `ctx: &ActivityContext` as its first parameter. An activity runs at least once: after
/// a crash it may run again, with the same [`task_execution_id`](Self::task_execution_id).
///
/// ```
/// use dacapo::prelude::*;
///
/// #[activity]
/// async fn charge(ctx: &ActivityContext, amount: u64) -> String {
///     format!("{amount} charged once under {}", ctx.task_execution_id())
/// }
/// ```
pub struct ActivityContext {
    info: ActivityInfo,
    states: Arc<StateMap>,
}

/// The facts of an activity's work item.
#[derive(Clone, Debug, Default)]
pub(crate) struct ActivityInfo {
    pub(crate) name: String,
    pub(crate) instance_id: String,
    pub(crate) task_id: i32,
    pub(crate) task_execution_id: String,
    pub(crate) trace: Option<TraceContext>,
    pub(crate) propagated: Option<PropagatedHistory>,
}

impl ActivityContext {
    pub(crate) fn new(info: ActivityInfo, states: Arc<StateMap>) -> Self {
        Self { info, states }
    }

    /// A context for unit tests of activities, with made-up ids.
    pub fn test() -> Self {
        let info = ActivityInfo {
            name: "test".to_owned(),
            instance_id: "test-instance".to_owned(),
            task_id: 0,
            task_execution_id: "00000000-0000-5000-8000-000000000000".to_owned(),
            trace: None,
            propagated: None,
        };
        Self::new(info, Arc::default())
    }

    /// For unit tests: adds a shared state that the activity takes as `State<T>`.
    #[must_use]
    pub fn with_state<T: Send + Sync + 'static>(mut self, state: T) -> Self {
        Arc::make_mut(&mut self.states).insert(state);
        self
    }

    /// The name under which the activity was called.
    pub fn name(&self) -> &str {
        &self.info.name
    }

    /// The id of the instance that called.
    pub fn instance_id(&self) -> &str {
        &self.info.instance_id
    }

    /// The number of this attempt's call within the calling execution.
    pub fn task_id(&self) -> i32 {
        self.info.task_id
    }

    /// The id of the logical call: the same for every retry and every repeated delivery, different for every other
    /// call. It is the key to make a side effect idempotent with. Empty on Dapr before 1.16.
    pub fn task_execution_id(&self) -> &str {
        &self.info.task_execution_id
    }

    /// What the calling workflow lets this activity read of its history, with
    /// [`propagate`](crate::ActivityCall::propagate); `None` when it handed nothing down.
    pub fn propagated_history(&self) -> Option<&PropagatedHistory> {
        self.info.propagated.as_ref()
    }

    /// The W3C `traceparent` of the sidecar's span around this run, if it is traced.
    pub fn trace_parent(&self) -> Option<&str> {
        self.info.trace.as_ref().map(|trace| trace.trace_parent.as_str())
    }

    /// The W3C `tracestate` beside [`trace_parent`](Self::trace_parent).
    pub fn trace_state(&self) -> Option<&str> {
        self.info.trace.as_ref()?.trace_state.as_deref()
    }

    /// The worker's shared state of type `T`; usually taken as a parameter instead.
    ///
    /// # Panics
    /// When the worker, or the test, has no state of this type. A worker checks parameters before it starts.
    pub fn state<T: Send + Sync + 'static>(&self) -> State<T> {
        let state = self.states.take();
        state.unwrap_or_else(|| {
            let (activity, state) = (&self.info.name, core::any::type_name::<T>());
            panic!("activity `{activity}` takes `State<{state}>`, which was not given: add `.state(..)` to the worker, or `.with_state(..)` to the test's context")
        })
    }
}

impl fmt::Debug for ActivityContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.info.fmt(f)
    }
}
