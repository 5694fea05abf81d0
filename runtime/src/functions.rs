//! Functions named by value: what the attributes make of a function, and what a function's name stands for.

use std::fmt;

use dacapo_engine::FailureDetails;

use crate::activity::ActivityContext;
use crate::call::{ActivityCall, WorkflowCall};
use crate::payload::{Arguments, Output};
use crate::private::{BoxFuture, Declared, LocalActivity};
use crate::retry::RetryPolicy;

/// What `#[activity]` knows of a function. It is implemented by the attribute for a marker type of its own making.
pub trait Activity: Sized + 'static {
    /// The name under which the activity is registered and called.
    const NAME: &'static str;
    /// The input parameters as a tuple.
    type Args: 'static;
    /// What the function is declared to return.
    type Return: 'static;
    /// What the body returns, or what is in its `Ok`.
    type Output: 'static;
    /// What is in the body's `Err`.
    type Error: 'static;
    #[doc(hidden)]
    const ARGUMENTS: Arguments<Self::Args>;
    #[doc(hidden)]
    const OUTPUT: Output<Self::Output>;
    #[doc(hidden)]
    const DECLARED: Declared = Declared::new(None, "");

    /// The retry policy of calls that bring none.
    fn retry() -> Option<RetryPolicy> {
        None
    }

    /// The app that runs the activity, when it is not the caller's.
    fn app() -> Option<&'static str> {
        None
    }

    /// What a body returned, as it is recorded.
    #[doc(hidden)]
    fn outcome(returned: Self::Return) -> Result<Self::Output, FailureDetails>;

    #[doc(hidden)]
    fn decode_error(json: &str) -> Option<Self::Error>;
}

/// What `#[workflow]` knows of a function. It is implemented by the attribute for a marker type of its own making.
pub trait Workflow: Sized + 'static {
    /// The name under which the workflow is registered and called.
    const NAME: &'static str;
    /// The version that this function implements, if the workflow has named versions.
    const VERSION: Option<&'static str> = None;
    /// Whether new instances get this version.
    const LATEST: bool = false;
    /// The input parameters as a tuple.
    type Args: 'static;
    /// What the function is declared to return.
    type Return: 'static;
    /// What the body returns, or what is in its `Ok`.
    type Output: 'static;
    /// What is in the body's `Err`.
    type Error: 'static;
    #[doc(hidden)]
    const ARGUMENTS: Arguments<Self::Args>;
    #[doc(hidden)]
    const OUTPUT: Output<Self::Output>;
    #[doc(hidden)]
    const DECLARED: Declared = Declared::new(None, "");

    /// The app that runs the workflow, when it is not the caller's.
    fn app() -> Option<&'static str> {
        None
    }

    /// What a body returned, as it is recorded.
    #[doc(hidden)]
    fn outcome(returned: Self::Return) -> Result<Self::Output, FailureDetails>;

    #[doc(hidden)]
    fn decode_error(json: &str) -> Option<Self::Error>;
}

/// The name of an activity or workflow, by value: `process_payment.name()`.
pub trait Named<A>: crate::private::SealedFn<A> {
    /// The name under which the function is registered and called.
    fn name(&self) -> &'static str;
}

/// A function marked `#[activity]`, by value.
///
/// ```
/// use dacapo::prelude::*;
///
/// #[activity]
/// async fn double(n: u32) -> u32 {
///     n * 2
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// assert_eq!(double.name(), "double");
/// assert_eq!(double.run(&ActivityContext::test(), (21,)).await, 42);
/// # });
/// ```
#[diagnostic::on_unimplemented(
    message = "[DC0303] `{Self}` is not an activity",
    label = "expected the name of a function marked `#[activity]`",
    note = "a workflow is registered with `.workflow(..)`; a plain function becomes an activity with `#[activity]` above it"
)]
pub trait ActivityFn<A>: crate::private::SealedFn<A> {
    /// The type that stands for the activity.
    type Marker: Activity<Args = A>;

    /// Runs the body: for unit tests of activities.
    ///
    /// # Panics
    /// When the activity takes a `State<T>` that `ctx` does not have.
    fn run<'a>(&self, ctx: &'a ActivityContext, args: A) -> BoxFuture<'a, <Self::Marker as Activity>::Return>
    where
        Self::Marker: LocalActivity,
    {
        <Self::Marker as LocalActivity>::run(ctx, args)
    }
}

/// A function marked `#[workflow]`, by value.
#[diagnostic::on_unimplemented(
    message = "[DC0304] `{Self}` is not a workflow",
    label = "expected the name of a function marked `#[workflow]`",
    note = "an activity is registered with `.activity(..)`; a plain function becomes a workflow with `#[workflow]` above it"
)]
pub trait WorkflowFn<A>: crate::private::SealedFn<A> {
    /// The type that stands for the workflow.
    type Marker: Workflow<Args = A>;
}

/// A call that knows the name of what it calls.
pub trait NamedCall {
    #[doc(hidden)]
    const NAME: &'static str;
}

impl<M: Activity> NamedCall for ActivityCall<M> {
    const NAME: &'static str = M::NAME;
}

impl<M: Workflow> NamedCall for WorkflowCall<M> {
    const NAME: &'static str = M::NAME;
}

/// Writes something for each number of parameters that a function may have.
macro_rules! each_arity {
    ($write:ident) => {
        $write!();
        $write!(A1);
        $write!(A1 A2);
        $write!(A1 A2 A3);
        $write!(A1 A2 A3 A4);
        $write!(A1 A2 A3 A4 A5);
        $write!(A1 A2 A3 A4 A5 A6);
        $write!(A1 A2 A3 A4 A5 A6 A7);
        $write!(A1 A2 A3 A4 A5 A6 A7 A8);
    };
}
pub(crate) use each_arity;

macro_rules! arity {
    ($($arg:ident)*) => {
        impl<F, C: NamedCall, $($arg),*> crate::private::SealedFn<($($arg,)*)> for F where F: Fn($($arg),*) -> C {}

        #[diagnostic::do_not_recommend]
        impl<F, C: NamedCall, $($arg),*> Named<($($arg,)*)> for F where F: Fn($($arg),*) -> C {
            fn name(&self) -> &'static str {
                C::NAME
            }
        }

        #[diagnostic::do_not_recommend]
        impl<F, M, $($arg),*> ActivityFn<($($arg,)*)> for F
        where
            M: Activity<Args = ($($arg,)*)>,
            F: Fn($($arg),*) -> ActivityCall<M>,
        {
            type Marker = M;
        }

        #[diagnostic::do_not_recommend]
        impl<F, M, $($arg),*> WorkflowFn<($($arg,)*)> for F
        where
            M: Workflow<Args = ($($arg,)*)>,
            F: Fn($($arg),*) -> WorkflowCall<M>,
        {
            type Marker = M;
        }
    };
}

each_arity!(arity);

impl<M: Activity> fmt::Debug for ActivityCall<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "call of activity `{}`", M::NAME)
    }
}

impl<M: Workflow> fmt::Debug for WorkflowCall<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "call of workflow `{}`", M::NAME)
    }
}
