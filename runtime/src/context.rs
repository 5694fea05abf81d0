//! What a workflow may ask of its surroundings.

use core::any::{Any, TypeId};
use core::cell::{OnceCell, RefCell};
use core::time::Duration;
use std::collections::BTreeMap;
use std::rc::Rc;

use dacapo_engine::{Context, FailureDetails, Problem, TimerSpec};
use serde::Serialize;
use tracing::Span;

use crate::call::{DetachedStart, Handle, Startable};
use crate::durable::Timer;
use crate::functions::Workflow;
use crate::logging;
use crate::propagated::PropagatedHistory;
use crate::registry::{panic_text, panicked};
use crate::timestamp::Timestamp;

/// A workflow's only window to the world: everything it says is the same when the workflow is replayed.
///
/// A workflow that wants it takes `ctx: &WorkflowContext` as its first parameter. It is neither `Send` nor `Sync`, so
/// it cannot leave the workflow for a thread or a task.
///
/// ```
/// use dacapo::prelude::*;
///
/// #[workflow]
/// async fn reminder(ctx: &WorkflowContext, text: String) -> Result<String> {
///     ctx.create_timer(Duration::from_secs(3600)).await;
///     Ok(format!("{} at {}: {text}", ctx.instance_id(), ctx.now()))
/// }
/// ```
pub struct WorkflowContext {
    /// One pointer, so that a context which leaves its workflow is one error.
    shared: Rc<ThisWorkflowOnly>,
}

/// The name is for messages of the compiler: it says of this type that it cannot be sent.
struct ThisWorkflowOnly {
    engine: Context,
    instance_id: String,
    name: &'static str,
    marker: TypeId,
    version: Option<&'static str>,
    panics_stall: bool,
    parent: OnceCell<Option<ParentInstance>>,
    propagated: Option<Rc<PropagatedHistory>>,
    /// Made when code runs for the first time: a replay leaves no trace.
    span: OnceCell<Span>,
    ending: RefCell<Option<Ending>>,
}

/// How a body ends without returning.
pub(crate) enum Ending {
    /// The next execution was asked for.
    ContinuedAsNew,
    /// The body did what can never succeed.
    Failed(FailureDetails),
}

impl WorkflowContext {
    /// The context of a body of `M`. What was attached to the execution is the history that was handed down to it.
    pub(crate) fn of<M: Workflow + 'static>(
        engine: Context,
        version: Option<&'static str>,
        panics_stall: bool,
    ) -> Self {
        let shared = ThisWorkflowOnly {
            instance_id: engine.instance_id(),
            name: M::NAME,
            marker: TypeId::of::<M>(),
            version,
            panics_stall,
            parent: OnceCell::new(),
            propagated: engine.attachment().and_then(|attached| attached.downcast().ok()),
            span: OnceCell::new(),
            ending: RefCell::new(None),
            engine,
        };
        Self { shared: Rc::new(shared) }
    }

    /// The same context for another part of the same body.
    pub(crate) fn share(&self) -> Self {
        Self { shared: Rc::clone(&self.shared) }
    }

    pub(crate) fn engine(&self) -> &Context {
        &self.shared.engine
    }

    /// The id of this instance.
    pub fn instance_id(&self) -> &str {
        &self.shared.instance_id
    }

    /// The name under which this workflow is registered.
    pub fn name(&self) -> &str {
        self.shared.name
    }

    /// The id of this execution, new after each continue-as-new; `None` on sidecars that send none.
    pub fn execution_id(&self) -> Option<String> {
        self.engine().execution_id()
    }

    /// The workflow that called this one as its child.
    pub fn parent(&self) -> Option<&ParentInstance> {
        self.shared.parent.get_or_init(|| self.engine().parent().map(ParentInstance::from)).as_ref()
    }

    /// The tags that this instance was started with.
    pub fn tags(&self) -> BTreeMap<String, String> {
        self.engine().tags()
    }

    /// What the calling workflow lets this one read of its history, with [`propagate`](crate::WorkflowCall::propagate);
    /// `None` when it handed nothing down. It is the same on every replay.
    ///
    /// After a continue-as-new it has grown by the execution before, if that had received any.
    pub fn propagated_history(&self) -> Option<&PropagatedHistory> {
        self.shared.propagated.as_deref()
    }

    /// The W3C `traceparent` of the span that the instance was started in, if it is traced.
    pub fn trace_parent(&self) -> Option<String> {
        self.engine().trace_context().map(|trace| trace.trace_parent)
    }

    /// The time at which this turn began, as it is recorded: the workflow's only clock.
    pub fn now(&self) -> Timestamp {
        Timestamp(self.engine().now())
    }

    /// Whether the code that asks already ran in an earlier turn. Logging with `tracing` needs no such test: events
    /// of workflow code are silent while it is replayed.
    pub fn is_replaying(&self) -> bool {
        self.engine().is_replaying()
    }

    /// A UUID that is the same on every replay (version 5, docs/protocol.md, "Deterministic ids").
    pub fn new_uuid(&self) -> uuid::Uuid {
        self.engine().new_uuid()
    }

    /// Whether this instance runs the code that came with the patch `name`: true for instances that reach this point
    /// for the first time after the patch was deployed (docs/protocol.md, "Versions and patches").
    ///
    /// A workflow has patches or versions, not both: Dapr forgets the version of an instance when it records a patch.
    /// In a workflow with a `version` this ends the turn with a problem that says so, and the instance stalls.
    pub fn is_patched(&self, name: &str) -> bool {
        let Some(version) = self.shared.version else { return self.engine().is_patched(name) };
        let what =
            format!("version {version} of workflow `{}` asks for the patch `{name}`", self.shared.name);
        let reason = "a workflow has patches or versions, not both, because Dapr would lose the version; make a new version instead";
        self.engine().stall(Problem::InvalidOption { what, reason: reason.to_owned() });
        false
    }

    /// Sets the status that clients see beside the runtime status, as JSON.
    ///
    /// # Errors
    /// When `status` has no JSON form.
    pub fn set_custom_status<T: Serialize>(&self, status: T) -> crate::Result<()> {
        self.engine().set_custom_status(Some(serde_json::to_string(&status)?));
        Ok(())
    }

    /// Removes the custom status.
    pub fn clear_custom_status(&self) {
        self.engine().set_custom_status(None);
    }

    /// A durable timer that fires `delay` after now; it survives restarts, whatever its length.
    pub fn create_timer(&self, delay: Duration) -> Timer {
        Timer::new(TimerSpec::After(delay))
    }

    /// A durable timer that fires at `time`, at once when that has passed.
    pub fn create_timer_at(&self, time: Timestamp) -> Timer {
        Timer::new(TimerSpec::At(time.0))
    }

    /// Schedules a call at once and returns a handle to await later. The work is independent of the handle, as a
    /// task is: dropped, it goes on and retries.
    ///
    /// ```
    /// # use dacapo::prelude::*;
    /// # #[activity] async fn print_label(order: u32) -> Result<()> { Ok(()) }
    /// # #[activity] async fn pack(order: u32) -> Result<()> { Ok(()) }
    /// #[workflow]
    /// async fn ship(ctx: &WorkflowContext, order: u32) -> Result<()> {
    ///     let label = ctx.start(print_label(order));
    ///     pack(order).await?;
    ///     label.await?;
    ///     Ok(())
    /// }
    /// ```
    #[cfg_attr(feature = "testing", track_caller)]
    pub fn start<C: Startable>(&self, call: C) -> Handle<C::Output> {
        #[cfg(feature = "testing")]
        return crate::testing::trace::at(self.engine(), core::panic::Location::caller(), || {
            call.start(self)
        });
        #[cfg(not(feature = "testing"))]
        call.start(self)
    }

    /// Starts a workflow that is nobody's child and returns its instance id. Without an id of its own it gets
    /// `<this instance>-<n>`. Needs a Dapr after 1.18.0 or `dacapo-sidecar`: with an older one the instance stalls, or fails if
    /// this is its first turn (docs/protocol.md, "Activities and children").
    ///
    /// # Errors
    /// When the input has no JSON form.
    pub fn start_detached<S: DetachedStart>(&self, start: S) -> crate::Result<String> {
        Ok(self.engine().detached(start.into_spec()?))
    }

    /// Runs a piece of workflow code: inside the instance's span when it runs for the first time, unheard when it is
    /// replayed.
    pub(crate) fn log<T>(&self, code: impl FnOnce() -> T) -> T {
        if self.is_replaying() {
            return logging::unheard(code);
        }
        let span = self
            .shared
            .span
            .get_or_init(|| logging::workflow_span(self.shared.name, &self.shared.instance_id));
        span.in_scope(code)
    }

    /// How code that panicked fails; `None` when the instance stalls instead.
    pub(crate) fn panicked(&self, panic: &(dyn Any + Send)) -> Option<FailureDetails> {
        if !self.shared.panics_stall {
            return Some(panicked("WorkflowPanic", self.shared.name, panic));
        }
        let (workflow, message) = (self.shared.name.to_owned(), panic_text(panic).to_owned());
        self.engine().stall(Problem::Panicked { workflow, message });
        None
    }

    pub(crate) fn marker(&self) -> TypeId {
        self.shared.marker
    }

    /// Ends the body when its poll returns; the first way to end counts.
    pub(crate) fn end(&self, ending: Ending) {
        self.shared.ending.borrow_mut().get_or_insert(ending);
    }

    pub(crate) fn take_ending(&self) -> Option<Ending> {
        self.shared.ending.borrow_mut().take()
    }
}

impl core::fmt::Debug for WorkflowContext {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("WorkflowContext")
            .field("workflow", &self.shared.name)
            .field("instance_id", &self.shared.instance_id)
            .finish_non_exhaustive()
    }
}

/// The workflow that called this one as its child.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParentInstance {
    /// The id of the calling instance.
    pub instance_id: String,
    /// The name of the calling workflow.
    pub name: String,
    /// The app that the caller belongs to, on sidecars that say so.
    pub app_id: Option<String>,
}

impl From<dacapo_engine::ParentInfo> for ParentInstance {
    fn from(parent: dacapo_engine::ParentInfo) -> Self {
        Self { instance_id: parent.instance_id, name: parent.name, app_id: parent.app_id }
    }
}
