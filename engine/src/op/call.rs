//! Calls of activities and child workflows, with their retries. See docs/protocol.md, "Activities and children" and
//! "Retries".

use alloc::{boxed::Box, format, rc::Rc, string::String};
use core::{
    cell::RefCell,
    fmt, mem,
    pin::Pin,
    task::{self, Poll},
    time::Duration,
};

use crate::{
    action::{ActionKind, Propagation},
    answer::Problem,
    event::{Router, TimerOrigin},
    failure::FailureDetails,
    ids,
    journal::{Core, Journal, Owner},
    leaf::{Leaf, Parking},
    retry::{Attempts, Predicate, RetryPolicy},
    spec::{ActivitySpec, ChildSpec, Target},
    time::Timestamp,
};

type CallResult = Result<Option<String>, FailureDetails>;

/// Waits for the result of an activity or child workflow: its JSON, or why it failed for good.
///
/// Unless the call was started at once, it is scheduled when this is first polled, and dropping this ends its
/// retries.
#[must_use = "a call does nothing until it is awaited"]
pub struct CallFuture {
    core: Rc<Core>,
    state: State,
}

enum State {
    Described(Box<Request>),
    Awaited(Rc<Call>),
    /// Begun by `start_..`: its retries go on without this future.
    Independent(Rc<Call>),
    Done,
}

impl CallFuture {
    pub(crate) fn described(core: Rc<Core>, request: Request) -> Self {
        Self { core, state: State::Described(Box::new(request)) }
    }

    pub(crate) fn started(core: Rc<Core>, request: Request) -> Self {
        let call = request.begin(&core);
        Self { core, state: State::Independent(call) }
    }
}

impl Future for CallFuture {
    type Output = CallResult;

    fn poll(mut self: Pin<&mut Self>, _: &mut task::Context<'_>) -> Poll<Self::Output> {
        self.state = match mem::replace(&mut self.state, State::Done) {
            State::Described(request) => State::Awaited(request.begin(&self.core)),
            begun => begun,
        };
        let (State::Awaited(call) | State::Independent(call)) = &self.state else { return Poll::Pending };
        let result = call.leaf.poll(&self.core.parking);
        if result.is_ready() {
            self.state = State::Done;
        }
        result
    }
}

impl Drop for CallFuture {
    fn drop(&mut self) {
        let (State::Awaited(call) | State::Independent(call)) = &self.state else { return };
        call.leaf.release(&self.core.parking);
        if let State::Awaited(call) = &self.state {
            call.end_retries();
        }
    }
}

impl fmt::Debug for CallFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture").finish_non_exhaustive()
    }
}

/// A call that is not scheduled yet.
pub(crate) struct Request {
    work: Work,
    target: Option<Target>,
    retry: Option<RetryPolicy>,
}

/// What an attempt of a call asks for.
#[derive(Clone)]
struct Work {
    name: String,
    input: Option<String>,
    propagation: Propagation,
    callee: Callee,
}

#[derive(Clone)]
enum Callee {
    Activity,
    /// The id is empty when the sidecar is to choose one.
    Child {
        instance_id: String,
    },
}

impl From<ActivitySpec> for Request {
    fn from(spec: ActivitySpec) -> Self {
        let ActivitySpec { name, input, retry, target, propagation } = spec;
        Self { work: Work { name, input, propagation, callee: Callee::Activity }, target, retry }
    }
}

impl From<ChildSpec> for Request {
    fn from(spec: ChildSpec) -> Self {
        let ChildSpec { name, input, instance_id, retry, target, propagation } = spec;
        let callee = Callee::Child { instance_id: instance_id.unwrap_or_default() };
        Self { work: Work { name, input, propagation, callee }, target, retry }
    }
}

impl Request {
    /// Schedules the first attempt.
    fn begin(self, core: &Core) -> Rc<Call> {
        let Self { work, target, retry } = self;
        if let Some(flaw) = retry.as_ref().and_then(RetryPolicy::flaw) {
            let (what, reason) = (format!("the call of `{}`", work.name), flaw.into());
            core.journal.borrow_mut().stall(Problem::InvalidOption { what, reason });
        }
        let now = core.journal.borrow().now();
        let attempts = retry.and_then(|policy| Attempts::new(policy, now));
        let mut journal = core.journal.borrow_mut();
        let first_id = journal.ledger.next_id();
        let router = journal.route(&work.name, target);
        let retrying = attempts.map(|attempts| {
            let (work, router) = (work.clone(), router.clone());
            Box::new(Retrying { first_id, work, router, attempts })
        });
        let call = Rc::new(Call::new(retrying));
        call.schedule(&mut journal, router, work.into_action(None));
        drop(journal);
        core.deliver();
        call
    }
}

impl Work {
    /// `first` is the id of the first attempt, for attempts after it.
    fn into_action(self, first: Option<String>) -> ActionKind {
        let Self { name, input, propagation, callee } = self;
        match callee {
            Callee::Activity => ActionKind::ScheduleTask {
                name,
                input,
                task_execution_id: first.unwrap_or_default(),
                propagation,
            },
            Callee::Child { instance_id } => {
                ActionKind::CreateChild { instance_id, name, input, propagation, retry_parent: first }
            }
        }
    }
}

/// A call that is scheduled.
pub(crate) struct Call {
    leaf: Leaf<CallResult>,
    /// The id of the logical call in history, where another release may have computed it; empty until history says.
    recorded_id: RefCell<String>,
    /// `None` when no attempt follows a failure.
    retrying: RefCell<Option<Box<Retrying>>>,
    /// Bytes of the input that is kept for the next attempt.
    pub(crate) payload_bytes: usize,
}

/// What the next attempt needs.
struct Retrying {
    /// The id of the first attempt's action.
    first_id: i32,
    work: Work,
    router: Option<Router>,
    attempts: Attempts,
}

impl Call {
    fn new(retrying: Option<Box<Retrying>>) -> Self {
        let input = retrying.as_ref().and_then(|retrying| retrying.work.input.as_ref());
        let payload_bytes = input.map_or(0, String::len);
        Self {
            leaf: Leaf::new(),
            recorded_id: RefCell::default(),
            retrying: RefCell::new(retrying),
            payload_bytes,
        }
    }

    /// The result is here. A future that was dropped does not want it.
    pub(crate) fn finish(&self, parking: &Parking, result: CallResult) {
        self.end_retries();
        let _ = self.leaf.settle(parking, result);
    }

    /// History knows the id of the logical call best.
    pub(crate) fn name(&self, recorded_id: String) {
        if !recorded_id.is_empty() {
            self.recorded_id.replace(recorded_id);
        }
    }

    /// Whether history says nothing else.
    pub(crate) fn may_be_named(&self, id: &str) -> bool {
        let recorded_id = self.recorded_id.borrow();
        recorded_id.is_empty() || *recorded_id == id
    }

    /// The action of an attempt has another id now.
    pub(crate) fn renumber(&self, from: i32, to: i32) {
        if let Some(retrying) = self.retrying.borrow_mut().as_deref_mut()
            && retrying.first_id == from
        {
            retrying.first_id = to;
        }
    }

    fn schedule(self: &Rc<Self>, journal: &mut Journal, router: Option<Router>, kind: ActionKind) {
        let owner = match kind {
            ActionKind::CreateChild { .. } => Owner::Child(Rc::clone(self)),
            _ => Owner::Activity(Rc::clone(self)),
        };
        journal.schedule(router, kind, Some(owner));
    }

    /// Whether the code waits for the result.
    pub(crate) fn is_awaited(&self) -> bool {
        self.leaf.is_parked()
    }

    /// No attempt follows.
    pub(crate) fn end_retries(&self) {
        // The policy's predicate may own anything, futures of this execution too: it is dropped after the borrow.
        let retrying = self.retrying.take();
        drop(retrying);
    }

    /// The pause before the next attempt, `None` when `failure` is final.
    fn pause_after(&self, failure: &FailureDetails, now: Timestamp) -> Option<Duration> {
        let (pause, predicate) = self.retrying.borrow_mut().as_deref_mut()?.decide(failure, now)?;
        predicate.is_none_or(|predicate| predicate(failure)).then_some(pause)
    }
}

/// An attempt of `call` failed: the next one follows after a pause, or the call has failed.
///
/// This happens while the event is applied, not when the code awaits the call, so the members of a join are
/// retried side by side.
pub(crate) fn fail(core: &Core, call: &Rc<Call>, failure: FailureDetails) {
    let now = core.journal.borrow().now();
    match call.pause_after(&failure, now) {
        Some(pause) => schedule_pause(core, call, pause),
        None => call.finish(&core.parking, Err(failure)),
    }
}

fn schedule_pause(core: &Core, call: &Rc<Call>, pause: Duration) {
    let mut journal = core.journal.borrow_mut();
    let fire_at = journal.now().saturating_add(pause);
    // The predicate that was just asked may have dropped the future.
    let recorded_id = call.recorded_id.borrow();
    let retrying = call.retrying.borrow();
    let timer = retrying.as_deref().map(|retrying| retrying.timer(fire_at, &recorded_id, &journal));
    if let Some(timer) = timer {
        journal.schedule(None, timer, Some(Owner::Retry(Rc::clone(call))));
    }
}

/// The pause before the next attempt is over.
pub(crate) fn retry(core: &Core, call: &Rc<Call>) {
    let mut journal = core.journal.borrow_mut();
    // Nothing is left to try when the future was dropped meanwhile.
    let recorded_id = call.recorded_id.borrow();
    let retrying = call.retrying.borrow();
    let next = retrying.as_deref().map(|retrying| retrying.next_attempt(&recorded_id, &journal));
    if let Some((router, kind)) = next {
        call.schedule(&mut journal, router, kind);
    }
}

impl Retrying {
    fn decide(
        &mut self,
        failure: &FailureDetails,
        now: Timestamp,
    ) -> Option<(Duration, Option<Rc<Predicate>>)> {
        let pause = self.attempts.pause_after(failure, now)?;
        Some((pause, self.attempts.predicate()))
    }

    /// The timer before the next attempt.
    fn timer(&self, fire_at: Timestamp, recorded_id: &str, journal: &Journal) -> ActionKind {
        let first = self.first_attempt(recorded_id, journal);
        let origin = match &self.work.callee {
            Callee::Activity => TimerOrigin::ActivityRetry { task_execution_id: first },
            Callee::Child { .. } => TimerOrigin::ChildRetry { instance_id: first },
        };
        ActionKind::CreateTimer { fire_at, name: Some(format!("{}-retry", self.work.name)), origin }
    }

    fn next_attempt(&self, recorded_id: &str, journal: &Journal) -> (Option<Router>, ActionKind) {
        (self.router.clone(), self.work.clone().into_action(Some(self.first_attempt(recorded_id, journal))))
    }

    /// What all attempts have in common: the id of the logical call, or the instance id of the first child.
    fn first_attempt(&self, recorded_id: &str, journal: &Journal) -> String {
        match (&self.work.callee, recorded_id) {
            (Callee::Activity, "") => journal.identity().task_execution_id(self.first_id),
            (Callee::Activity, recorded_id) => recorded_id.into(),
            (Callee::Child { instance_id }, _) if instance_id.is_empty() => {
                ids::default_child_id(journal.instance_id(), self.first_id)
            }
            (Callee::Child { instance_id }, _) => instance_id.clone(),
        }
    }
}
