//! Calls of activities.

use dacapo_engine::{ActivitySpec, Propagation as Scope, Target};

use super::options::{target, target_in};
use super::{Callee, Handle, Propagation, Startable};
use crate::context::WorkflowContext;
use crate::durable::Durable;
use crate::failure::{CallKind, Failure};
use crate::functions::Activity;
use crate::retry::RetryPolicy;

/// The call of an activity: what the activity's function returns.
///
/// Awaited in a workflow it yields `Result<T, Failure<E>>`, also when the activity returns a plain `T`: it may be
/// unregistered or panic.
#[must_use = "a call does nothing until it is awaited, joined, raced or started; add `.await`"]
pub struct ActivityCall<M: Activity> {
    args: M::Args,
    retry: Option<RetryPolicy>,
    target: Option<Target>,
    propagation: Scope,
}

impl<M: Activity> ActivityCall<M> {
    /// The call that generated code makes.
    #[doc(hidden)]
    pub fn new(args: M::Args) -> Self {
        Self { args, retry: M::retry(), target: M::app().map(target), propagation: Scope::None }
    }

    /// Tries again when it fails, in place of the policy that the activity declares.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Calls the activity in the app with this id; the name is looked up there.
    pub fn app(mut self, app_id: impl Into<String>) -> Self {
        self.target = Some(target(app_id));
        self
    }

    /// Calls the activity in the app with this id in another namespace (a Dapr after 1.18.0).
    pub fn app_in(mut self, namespace: impl Into<String>, app_id: impl Into<String>) -> Self {
        self.target = Some(target_in(namespace, app_id));
        self
    }

    /// Lets the activity read this much of the caller's history.
    pub fn propagate(mut self, scope: Propagation) -> Self {
        self.propagation = scope.into();
        self
    }

    fn spec(self, ctx: &WorkflowContext) -> Result<ActivitySpec, serde_json::Error> {
        Ok(ActivitySpec {
            name: M::NAME.to_owned(),
            input: (M::ARGUMENTS.encode)(&self.args)?,
            retry: self.retry.map(|policy| policy.into_engine(ctx, CallKind::Activity, M::NAME)),
            target: self.target,
            propagation: self.propagation,
        })
    }
}

const fn callee<M: Activity>() -> Callee<M::Error> {
    Callee { kind: CallKind::Activity, name: M::NAME, decode_error: M::decode_error }
}

#[diagnostic::do_not_recommend]
impl<M: Activity> Durable for ActivityCall<M> {
    type Output = Result<M::Output, Failure<M::Error>>;
    const CALLEE: crate::private::Callee =
        crate::private::Callee::Activity { name: M::NAME, declared: M::DECLARED };

    async fn begin(self, ctx: &WorkflowContext) -> Self::Output {
        let spec = self.spec(ctx).map_err(|error| callee::<M>().encoding_failed(&error))?;
        let outcome = ctx.engine().activity(spec).await;
        callee::<M>().settle(ctx, &M::OUTPUT, outcome).await
    }
}

#[diagnostic::do_not_recommend]
impl<M: Activity> Startable for ActivityCall<M> {
    type Output = Result<M::Output, Failure<M::Error>>;

    fn start(self, ctx: &WorkflowContext) -> Handle<Self::Output> {
        match self.spec(ctx) {
            Err(error) => Handle::ready(Err(callee::<M>().encoding_failed(&error))),
            Ok(spec) => {
                let (work, ctx) = (ctx.engine().start_activity(spec), ctx.share());
                Handle::new(async move { callee::<M>().settle(&ctx, &M::OUTPUT, work.await).await })
            }
        }
    }
}
