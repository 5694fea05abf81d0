//! What generated code calls. Not for people: it changes with every release.

mod probe;
mod returned;
mod sealed;
pub(crate) mod steps;
mod strict;

use core::any::TypeId;
use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;

pub use std::boxed::Box;

pub use inventory;

pub use self::probe::{
    Alone, Dropped, DroppedExt, Foreign, Iterated, IteratedExt, Lent, MayBeDropped, OrderedIteration,
    ReplayStable, ReplayValue, Several, Shared, SharedExt, SharedState, Silences, Touched, TouchedExt,
    Touching, Unordered, Untouched, Value, ValueExt,
};
pub use self::returned::{
    Carried, Described, Description, ErrorOf, ErrorText, IsNotResult, IsResult, NotCarried, NotDescribed,
    NotStdError, OutputOf, Read, Report, Returned, StdReport, Unread, carry,
};
pub use self::sealed::{MadeByDacapo, SealedFn};
pub use self::steps::{
    CalledFn, Callee, Declared, EventUse, HelperRegistration, HelperSteps, Skeleton, callee, check_lock,
    event_use,
};
pub use self::strict::{Marked, marked};
pub use crate::call::{AwaitedInWorkflow, PolledByWorkflow};
pub use crate::closed::{EventEntry, checked};
pub use crate::durable::{Block, Helper};
pub use crate::payload::{
    Arguments, Output, Payload, arguments0, arguments1, arguments2, arguments3, arguments4, arguments5,
    arguments6, arguments7, arguments8, broken_arguments, broken_output, output,
};
pub use crate::registry::Registration;
pub use crate::worker::runner::{TurnResult, TurnRunner};
pub use dacapo_engine::FailureDetails as ErrorReport;

use crate::activity::{ActivityContext, State};
use crate::context::WorkflowContext;
use crate::durable::Durable;
use crate::functions::{Activity, Workflow};

/// A future that a thread pool may run.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An activity whose body is in this program.
#[diagnostic::on_unimplemented(
    message = "[DC0307] the body of this activity is not in this program",
    label = "declared by its signature alone",
    note = "only activities with a body can be registered or run; remote ones are called"
)]
pub trait LocalActivity: Activity {
    /// File and line of the function.
    const SOURCE: &'static str;
    /// The shared states that the body takes.
    const STATES: &'static [StateNeed];

    /// Runs the body.
    fn run<'a>(ctx: &'a ActivityContext, args: Self::Args) -> BoxFuture<'a, Self::Return>;
}

/// A workflow whose body is in this program.
#[diagnostic::on_unimplemented(
    message = "[DC0307] the body of this workflow is not in this program",
    label = "declared by its signature alone",
    note = "only workflows with a body can be registered; remote ones are called"
)]
pub trait LocalWorkflow: Workflow {
    /// File and line of the function.
    const SOURCE: &'static str;
    /// What the body awaits and starts.
    const SKELETON: &'static Skeleton;

    /// Begins the body; nothing of it runs before the first poll.
    fn run(
        ctx: WorkflowContext,
        args: Self::Args,
    ) -> impl Future<Output = Result<Self::Output, ErrorReport>> + 'static;
}

/// A shared state that an activity takes.
#[derive(Clone, Copy, Debug)]
pub struct StateNeed {
    pub(crate) id: fn() -> TypeId,
    pub(crate) name: fn() -> &'static str,
}

/// A parameter that takes shared state: what it needs, and how it is passed.
///
/// Both come from [`state`], the one place that asks for a bound, so that a foreign type is refused once.
pub struct StateAccess<S> {
    need: StateNeed,
    take: fn(&ActivityContext) -> S,
}

impl<S> StateAccess<S> {
    /// What the worker must have.
    pub const fn need(&self) -> StateNeed {
        self.need
    }

    /// The argument.
    pub fn take(&self, ctx: &ActivityContext) -> S {
        (self.take)(ctx)
    }
}

/// Access to the state in parameter type `S`.
pub const fn state<S: StateParam>() -> StateAccess<S> {
    let need = StateNeed { id: TypeId::of::<S::Inner>, name: core::any::type_name::<S::Inner> };
    StateAccess { need, take: S::take }
}

/// The type of a parameter that takes shared state.
#[diagnostic::on_unimplemented(
    message = "[DC0306] `{Self}` is not shared state",
    label = "expected `dacapo::State<T>`",
    note = "a parameter whose type is called `State` is taken for the worker's shared state; give another type another name"
)]
pub trait StateParam: MadeByDacapo {
    /// The type that is shared.
    type Inner: Send + Sync + 'static;

    /// The state in `ctx`.
    fn take(ctx: &ActivityContext) -> Self;
}

impl<T: Send + Sync + 'static> StateParam for State<T> {
    type Inner = T;

    fn take(ctx: &ActivityContext) -> Self {
        ctx.state()
    }
}

/// Puts an activity among those that `register_all` finds.
#[doc(hidden)]
#[macro_export]
macro_rules! __register_activity {
    ($marker:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::Registration::activity::<$marker>() }
    };
}

/// Puts a workflow among those that `register_all` finds.
#[doc(hidden)]
#[macro_export]
macro_rules! __register_workflow {
    ($marker:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::Registration::workflow::<$marker>() }
    };
}

pub use crate::{
    __decode_error as decode_error, __is_result as is_result, __outcome as outcome,
    __register_activity as register_activity, __register_helper as register_helper,
    __register_workflow as register_workflow,
};

/// What stands before an `.await` of a workflow: `Step(expr).durable(ctx).await`.
///
/// The bound is on the method alone, and generated code gives all of this the place of the user's `await`: the compiler
/// then has one error, there, for what is not durable.
pub struct Step<D>(pub D);

impl<D> Step<D> {
    /// The effect of `.await`: begins a durable operation with the context of the workflow.
    #[cfg(not(feature = "testing"))]
    pub fn durable(self, ctx: &WorkflowContext) -> impl Future<Output = D::Output>
    where
        D: Durable,
    {
        self.0.begin(ctx)
    }

    /// The same, noting where the code asks for it.
    #[cfg(feature = "testing")]
    #[track_caller]
    pub fn durable(self, ctx: &WorkflowContext) -> impl Future<Output = D::Output>
    where
        D: Durable,
    {
        crate::testing::trace::awaited(ctx.engine(), core::panic::Location::caller(), self.0.begin(ctx))
    }
}

/// An `async` block of a workflow's body.
pub fn block<F: Future>(future: F) -> Block<F> {
    Block(future)
}

/// The body of a `#[durable]` function.
pub fn helper<S: HelperSteps, T, F: AsyncFnOnce(WorkflowContext) -> T>(body: F) -> Helper<F, S> {
    Helper(body, PhantomData)
}

/// `.await` inside the tokens of a macro, where only what follows the expression can be written.
pub trait AwaitExt: Sized {
    /// As [`Step::durable`]; the future is erased, so that what is not durable is refused once.
    #[cfg_attr(feature = "testing", track_caller)]
    fn __durable<'a, T>(self, ctx: &'a WorkflowContext) -> Pin<Box<dyn Future<Output = T> + 'a>>
    where
        Self: Durable<Output = T> + 'a,
    {
        #[cfg(feature = "testing")]
        return Box::pin(crate::testing::trace::awaited(
            ctx.engine(),
            core::panic::Location::caller(),
            self.begin(ctx),
        ));
        #[cfg(not(feature = "testing"))]
        Box::pin(self.begin(ctx))
    }
}

impl<T> AwaitExt for T {}
