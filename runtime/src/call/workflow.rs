//! Calls of workflows: as a child, as the work of a client, or detached.

use core::future::Future;
use std::collections::BTreeMap;

use dacapo_engine::{ChildSpec, DetachedSpec, Propagation as Scope, Target};

use super::options::{target, target_in};
use super::{Callee, ContinueAsNew, Handle, Propagation, Startable};
use crate::context::WorkflowContext;
use crate::durable::Durable;
use crate::failure::{CallKind, Failure};
use crate::functions::Workflow;
use crate::retry::RetryPolicy;
use crate::timestamp::Timestamp;

/// The call of a workflow: what the workflow's function returns.
///
/// Awaited in a workflow it runs as a child; a [`Client`](crate::Client) schedules it as an instance of its own.
#[must_use = "a call does nothing until it is awaited, joined, raced or started, or given to a client; add `.await`"]
pub struct WorkflowCall<M: Workflow> {
    args: M::Args,
    pub(super) id: Option<String>,
    pub(super) target: Option<Target>,
}

impl<M: Workflow> WorkflowCall<M> {
    /// The call that generated code makes.
    #[doc(hidden)]
    pub fn new(args: M::Args) -> Self {
        Self { args, id: None, target: M::app().map(target) }
    }

    /// Gives the instance this id. Without one a client makes a random one, and a child gets
    /// `<parent>:<four hex digits>`.
    pub fn id(mut self, instance_id: impl Into<String>) -> Self {
        self.id = Some(instance_id.into());
        self
    }

    /// Runs the workflow in the app with this id.
    pub fn app(mut self, app_id: impl Into<String>) -> Self {
        self.target = Some(target(app_id));
        self
    }

    /// Runs the workflow in the app with this id in another namespace (a Dapr after 1.18.0).
    pub fn app_in(mut self, namespace: impl Into<String>, app_id: impl Into<String>) -> Self {
        self.target = Some(target_in(namespace, app_id));
        self
    }

    /// As a child: tries again when it fails.
    pub fn retry(self, policy: RetryPolicy) -> ChildCall<M> {
        ChildCall { call: self, retry: Some(policy), propagation: Scope::None }
    }

    /// As a child: lets it read this much of the caller's history.
    pub fn propagate(self, scope: Propagation) -> ChildCall<M> {
        ChildCall { call: self, retry: None, propagation: scope.into() }
    }

    /// As an instance of its own: begins at `time`, or at once when that has passed.
    pub fn start_at(self, time: Timestamp) -> StartCall<M> {
        StartCall { call: self, start_at: time }
    }

    /// Detached: adds a tag, which the started workflow reads with [`WorkflowContext::tags`].
    pub fn tag(self, key: impl Into<String>, value: impl Into<String>) -> DetachedCall<M> {
        DetachedCall { call: self, start_at: None, tags: BTreeMap::from([(key.into(), value.into())]) }
    }

    /// Ends this execution and begins the next one of the same instance with these arguments. Only inside the
    /// workflow itself: `return monitor(next).continue_as_new().await`.
    pub fn continue_as_new<R>(self) -> ContinueAsNew<M, R> {
        ContinueAsNew::new(self.args)
    }
}

/// The call of a child workflow with options that only a child has.
#[must_use = "a call does nothing until it is awaited, joined, raced or started; add `.await`"]
pub struct ChildCall<M: Workflow> {
    call: WorkflowCall<M>,
    retry: Option<RetryPolicy>,
    propagation: Scope,
}

impl<M: Workflow> ChildCall<M> {
    /// Gives the child this instance id, on every attempt.
    pub fn id(mut self, instance_id: impl Into<String>) -> Self {
        self.call = self.call.id(instance_id);
        self
    }

    /// Runs the child in the app with this id.
    pub fn app(mut self, app_id: impl Into<String>) -> Self {
        self.call = self.call.app(app_id);
        self
    }

    /// Runs the child in the app with this id in another namespace (a Dapr after 1.18.0).
    pub fn app_in(mut self, namespace: impl Into<String>, app_id: impl Into<String>) -> Self {
        self.call = self.call.app_in(namespace, app_id);
        self
    }

    /// Tries again when it fails.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Lets the child read this much of the caller's history.
    pub fn propagate(mut self, scope: Propagation) -> Self {
        self.propagation = scope.into();
        self
    }

    fn spec(self, ctx: &WorkflowContext) -> Result<ChildSpec, serde_json::Error> {
        Ok(ChildSpec {
            name: M::NAME.to_owned(),
            input: (M::ARGUMENTS.encode)(&self.call.args)?,
            instance_id: self.call.id,
            retry: self.retry.map(|policy| policy.into_engine(ctx, CallKind::Workflow, M::NAME)),
            target: self.call.target,
            propagation: self.propagation,
        })
    }
}

impl<M: Workflow> From<WorkflowCall<M>> for ChildCall<M> {
    fn from(call: WorkflowCall<M>) -> Self {
        Self { call, retry: None, propagation: Scope::None }
    }
}

const fn callee<M: Workflow>() -> Callee<M::Error> {
    Callee { kind: CallKind::Workflow, name: M::NAME, decode_error: M::decode_error }
}

#[diagnostic::do_not_recommend]
impl<M: Workflow> Durable for ChildCall<M> {
    type Output = Result<M::Output, Failure<M::Error>>;

    async fn begin(self, ctx: &WorkflowContext) -> Self::Output {
        let spec = self.spec(ctx).map_err(|error| callee::<M>().encoding_failed(&error))?;
        let outcome = ctx.engine().child(spec).await;
        callee::<M>().settle(ctx, &M::OUTPUT, outcome).await
    }
}

#[diagnostic::do_not_recommend]
impl<M: Workflow> Startable for ChildCall<M> {
    type Output = Result<M::Output, Failure<M::Error>>;

    fn start(self, ctx: &WorkflowContext) -> Handle<Self::Output> {
        match self.spec(ctx) {
            Err(error) => Handle::ready(Err(callee::<M>().encoding_failed(&error))),
            Ok(spec) => {
                let (work, ctx) = (ctx.engine().start_child(spec), ctx.share());
                Handle::new(async move { callee::<M>().settle(&ctx, &M::OUTPUT, work.await).await })
            }
        }
    }
}

#[diagnostic::do_not_recommend]
impl<M: Workflow> Durable for WorkflowCall<M> {
    type Output = Result<M::Output, Failure<M::Error>>;
    const CALLEE: crate::private::Callee =
        crate::private::Callee::Workflow { name: M::NAME, declared: M::DECLARED };

    fn begin(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Output> {
        ChildCall::from(self).begin(ctx)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Workflow> Startable for WorkflowCall<M> {
    type Output = Result<M::Output, Failure<M::Error>>;

    fn start(self, ctx: &WorkflowContext) -> Handle<Self::Output> {
        ChildCall::from(self).start(ctx)
    }
}

/// A workflow to be begun at a given time, by a client or detached. It cannot be awaited.
#[must_use = "nothing starts until this is given to a client or to `ctx.start_detached`"]
pub struct StartCall<M: Workflow> {
    pub(super) call: WorkflowCall<M>,
    pub(super) start_at: Timestamp,
}

impl<M: Workflow> StartCall<M> {
    /// Gives the instance this id.
    pub fn id(mut self, instance_id: impl Into<String>) -> Self {
        self.call = self.call.id(instance_id);
        self
    }

    /// Runs the workflow in the app with this id.
    pub fn app(mut self, app_id: impl Into<String>) -> Self {
        self.call = self.call.app(app_id);
        self
    }

    /// Runs the workflow in the app with this id in another namespace (a Dapr after 1.18.0).
    pub fn app_in(mut self, namespace: impl Into<String>, app_id: impl Into<String>) -> Self {
        self.call = self.call.app_in(namespace, app_id);
        self
    }

    /// Detached: adds a tag, which the started workflow reads with [`WorkflowContext::tags`].
    pub fn tag(self, key: impl Into<String>, value: impl Into<String>) -> DetachedCall<M> {
        let mut detached = self.call.tag(key, value);
        detached.start_at = Some(self.start_at);
        detached
    }
}

/// A workflow to be started detached, with what only detached ones keep. No client takes it, and it cannot be
/// awaited.
#[must_use = "nothing starts until this is given to `ctx.start_detached`"]
pub struct DetachedCall<M: Workflow> {
    call: WorkflowCall<M>,
    start_at: Option<Timestamp>,
    tags: BTreeMap<String, String>,
}

impl<M: Workflow> DetachedCall<M> {
    /// Gives the instance this id.
    pub fn id(mut self, instance_id: impl Into<String>) -> Self {
        self.call = self.call.id(instance_id);
        self
    }

    /// Runs the workflow in the app with this id.
    pub fn app(mut self, app_id: impl Into<String>) -> Self {
        self.call = self.call.app(app_id);
        self
    }

    /// Runs the workflow in the app with this id in another namespace (a Dapr after 1.18.0).
    pub fn app_in(mut self, namespace: impl Into<String>, app_id: impl Into<String>) -> Self {
        self.call = self.call.app_in(namespace, app_id);
        self
    }

    /// Begins at `time`, or at once when that has passed.
    pub fn start_at(mut self, time: Timestamp) -> Self {
        self.start_at = Some(time);
        self
    }

    /// Adds a tag, which the started workflow reads with [`WorkflowContext::tags`].
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }
}

/// What [`ctx.start_detached`](WorkflowContext::start_detached) takes.
#[diagnostic::on_unimplemented(
    message = "[DC0316] `{Self}` cannot be started detached",
    label = "expected the call of a workflow",
    note = "options that only a child has, such as `.retry(..)`, would be ignored here; start an activity with `ctx.start(..)`"
)]
pub trait DetachedStart: crate::private::MadeByDacapo {
    #[doc(hidden)]
    fn into_spec(self) -> Result<DetachedSpec, serde_json::Error>;
}

#[diagnostic::do_not_recommend]
impl<M: Workflow> DetachedStart for WorkflowCall<M> {
    fn into_spec(self) -> Result<DetachedSpec, serde_json::Error> {
        DetachedCall { call: self, start_at: None, tags: BTreeMap::new() }.into_spec()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Workflow> DetachedStart for StartCall<M> {
    fn into_spec(self) -> Result<DetachedSpec, serde_json::Error> {
        DetachedCall { call: self.call, start_at: Some(self.start_at), tags: BTreeMap::new() }.into_spec()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Workflow> DetachedStart for DetachedCall<M> {
    fn into_spec(self) -> Result<DetachedSpec, serde_json::Error> {
        Ok(DetachedSpec {
            name: M::NAME.to_owned(),
            input: (M::ARGUMENTS.encode)(&self.call.args)?,
            instance_id: self.call.id,
            start_at: self.start_at.map(|time| time.0),
            tags: self.tags,
            target: self.call.target,
        })
    }
}

/// What [`Client::schedule`](crate::Client::schedule) takes: the call of a workflow, with an id and a start time.
#[diagnostic::on_unimplemented(
    message = "[DC0317] `{Self}` cannot be scheduled by a client",
    label = "expected the call of a workflow",
    note = "options that only a child or a detached workflow has would be ignored here; an activity is called from a workflow"
)]
pub trait Schedule: crate::private::MadeByDacapo {
    /// The workflow that is scheduled.
    type Workflow: Workflow;

    #[doc(hidden)]
    fn into_request(self) -> Result<ScheduleRequest, serde_json::Error>;
}

/// What a client is asked to schedule.
#[doc(hidden)]
#[derive(Debug)]
pub struct ScheduleRequest {
    pub(crate) name: &'static str,
    pub(crate) input: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) start_at: Option<Timestamp>,
    pub(crate) target: Option<Target>,
    /// No other instance may ever have had the id.
    pub(crate) is_unique: bool,
}

#[diagnostic::do_not_recommend]
impl<M: Workflow> Schedule for WorkflowCall<M> {
    type Workflow = M;

    fn into_request(self) -> Result<ScheduleRequest, serde_json::Error> {
        let input = (M::ARGUMENTS.encode)(&self.args)?;
        Ok(ScheduleRequest {
            name: M::NAME,
            input,
            id: self.id,
            start_at: None,
            target: self.target,
            is_unique: false,
        })
    }
}

#[diagnostic::do_not_recommend]
impl<M: Workflow> Schedule for StartCall<M> {
    type Workflow = M;

    fn into_request(self) -> Result<ScheduleRequest, serde_json::Error> {
        Ok(ScheduleRequest { start_at: Some(self.start_at), ..self.call.into_request()? })
    }
}
