//! What the code of a workflow can ask of the engine.

use alloc::{collections::BTreeMap, rc::Rc, string::String};
use core::{any::Any, fmt, time::Duration};

use ::uuid::Uuid;

use crate::{
    action::ActionKind,
    answer::Problem,
    event::{ExecutionStarted, ParentInfo, TraceContext},
    failure::FailureDetails,
    journal::{BufferedEvents, Core, Renewal},
    op::{CallFuture, EventFuture, TimerFuture},
    spec::{ActivitySpec, ChildSpec, DetachedSpec, TimerSpec},
    time::Timestamp,
};

/// What the code of a workflow can ask of the engine. Clones are the same context.
#[derive(Clone)]
pub struct Context {
    pub(crate) core: Rc<Core>,
}

/// Who runs, and when.
impl Context {
    /// The id of the instance.
    pub fn instance_id(&self) -> String {
        self.core.journal.borrow().instance_id().into()
    }

    /// The id of this generation of the instance.
    pub fn execution_id(&self) -> Option<String> {
        self.of_start(|started| started.execution_id.clone())
    }

    /// The workflow's name.
    pub fn workflow_name(&self) -> String {
        self.of_start(|started| started.name.clone())
    }

    /// The workflow that waits for this one.
    pub fn parent(&self) -> Option<ParentInfo> {
        self.of_start(|started| started.parent.clone())
    }

    /// The labels given when the instance was created.
    pub fn tags(&self) -> BTreeMap<String, String> {
        self.of_start(|started| started.tags.clone())
    }

    /// The trace that the instance belongs to.
    pub fn trace_context(&self) -> Option<TraceContext> {
        self.of_start(|started| started.trace_parent.clone())
    }

    /// The app that the workflow runs in, as far as history tells.
    pub fn app_id(&self) -> Option<String> {
        self.core.journal.borrow().app_id.clone()
    }

    /// When the current turn began; it stands still until the next.
    pub fn now(&self) -> Timestamp {
        self.core.journal.borrow().now()
    }

    /// Whether the code that runs ran in an earlier turn already.
    pub fn is_replaying(&self) -> bool {
        self.core.journal.borrow().is_replaying
    }

    /// The id that the next action of the code gets: how many it has asked for so far.
    pub fn next_action_id(&self) -> i32 {
        self.core.journal.borrow().ledger.next_id()
    }

    /// What the owner of the execution attached to it; the engine does not look at it.
    pub fn attachment(&self) -> Option<Rc<dyn Any>> {
        self.core.journal.borrow().settings.attachment.clone()
    }

    fn of_start<T: Default>(&self, read: impl Fn(&ExecutionStarted) -> T) -> T {
        self.core.journal.borrow().started.as_deref().map(read).unwrap_or_default()
    }
}

/// What replays the same without being recorded as an event.
impl Context {
    /// A new UUID, the same on every replay.
    pub fn new_uuid(&self) -> Uuid {
        self.core.journal.borrow_mut().next_uuid()
    }

    /// Shows `status` (JSON) to whoever looks at the instance; `None` clears it.
    pub fn set_custom_status(&self, status: Option<String>) {
        let mut journal = self.core.journal.borrow_mut();
        journal.check_payload(status.as_deref());
        journal.custom_status = status;
    }

    /// Whether the code is to take the branch that `patch` introduced. The answer never changes within an execution.
    pub fn is_patched(&self, patch: &str) -> bool {
        let mut journal = self.core.journal.borrow_mut();
        let is_replaying = journal.is_replaying;
        journal.versions.is_patched(patch, is_replaying)
    }

    /// When the code returns `Ok`, the instance begins anew with `input` (JSON); the last request counts.
    ///
    /// With `keep_events`, external events that nobody has waited for are handed to the next generation.
    pub fn continue_as_new(&self, input: Option<String>, keep_events: bool) {
        let events = if keep_events { BufferedEvents::Keep } else { BufferedEvents::Drop };
        let mut journal = self.core.journal.borrow_mut();
        journal.check_payload(input.as_deref());
        journal.renewal = Some(Renewal { input, events });
    }

    /// Ends the execution with `failure`, as if the code had returned it when the event at hand was applied: the code
    /// is not polled again. The first failure counts; code that has returned has none.
    ///
    /// It is for what runs beside the code, such as a retry predicate that cannot decide.
    pub fn fail(&self, failure: FailureDetails) {
        self.core.journal.borrow_mut().failure.get_or_insert(failure);
        self.core.parking.wake();
    }

    /// Ends the turn with `problem`: the instance stalls until code that does not have it is deployed.
    pub fn stall(&self, problem: Problem) {
        self.core.journal.borrow_mut().stall(problem);
    }
}

/// Durable work.
impl Context {
    /// Calls an activity; it is scheduled when the future is first polled.
    pub fn activity(&self, spec: ActivitySpec) -> CallFuture {
        CallFuture::described(Rc::clone(&self.core), spec.into())
    }

    /// Calls an activity at once. It runs, and is retried, whatever becomes of the future.
    pub fn start_activity(&self, spec: ActivitySpec) -> CallFuture {
        CallFuture::started(Rc::clone(&self.core), spec.into())
    }

    /// Calls a child workflow; it is scheduled when the future is first polled.
    pub fn child(&self, spec: ChildSpec) -> CallFuture {
        CallFuture::described(Rc::clone(&self.core), spec.into())
    }

    /// Calls a child workflow at once. It runs, and is retried, whatever becomes of the future.
    pub fn start_child(&self, spec: ChildSpec) -> CallFuture {
        CallFuture::started(Rc::clone(&self.core), spec.into())
    }

    /// Starts a workflow that nobody waits for, at once; returns its instance id.
    pub fn detached(&self, spec: DetachedSpec) -> String {
        let DetachedSpec { name, input, instance_id, start_at, tags, target } = spec;
        let mut journal = self.core.journal.borrow_mut();
        let given = instance_id.filter(|id| !id.is_empty());
        let instance_id = given.unwrap_or_else(|| journal.next_detached_id());
        let router = journal.route(&name, target);
        let id = instance_id.clone();
        let kind = ActionKind::CreateDetached { instance_id, name, input, scheduled_start: start_at, tags };
        journal.schedule(router, kind, None);
        id
    }

    /// Waits for a timer; it is set when the future is first polled. `name` is a label.
    pub fn timer(&self, spec: TimerSpec, name: Option<String>) -> TimerFuture {
        TimerFuture::described(Rc::clone(&self.core), spec, name)
    }

    /// Sets a timer at once. `name` is a label.
    pub fn start_timer(&self, spec: TimerSpec, name: Option<String>) -> TimerFuture {
        TimerFuture::started(Rc::clone(&self.core), spec, name)
    }

    /// Waits for the external event `name`, for `timeout` or for ever; names are compared without case.
    pub fn event(&self, name: &str, timeout: Option<Duration>) -> EventFuture {
        EventFuture::described(Rc::clone(&self.core), name.into(), timeout)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}
