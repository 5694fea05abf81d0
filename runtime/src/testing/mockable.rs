//! What can be mocked, and what can stand in for it: everything by type.

use core::future::Future;

use dacapo_engine::FailureDetails;

use crate::call::{ActivityCall, WorkflowCall};
use crate::functions::{Activity, Workflow, each_arity};
use crate::payload::{Arguments, Output};
use crate::private::BoxFuture;

/// Which kind of work a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CalledKind {
    /// An activity.
    Activity,
    /// A workflow.
    Workflow,
}

/// The call of an activity or a workflow, with what a mock has to know of it.
pub trait MockedCall {
    /// The input parameters as a tuple.
    type Args: 'static;
    /// What the function is declared to return, which is what a mock returns.
    type Return: 'static;
    #[doc(hidden)]
    type Output: 'static;
    #[doc(hidden)]
    const NAME: &'static str;
    #[doc(hidden)]
    const KIND: CalledKind;
    #[doc(hidden)]
    const ARGUMENTS: Arguments<Self::Args>;
    #[doc(hidden)]
    const OUTPUT: Output<Self::Output>;
    #[doc(hidden)]
    fn outcome(returned: Self::Return) -> Result<Self::Output, FailureDetails>;
}

macro_rules! mocked_call {
    ($($call:ident: $kind:ident),+) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<M: $kind> MockedCall for $call<M> {
                type Args = M::Args;
                type Return = M::Return;
                type Output = M::Output;
                const NAME: &'static str = M::NAME;
                const KIND: CalledKind = CalledKind::$kind;
                const ARGUMENTS: Arguments<Self::Args> = M::ARGUMENTS;
                const OUTPUT: Output<Self::Output> = M::OUTPUT;

                fn outcome(returned: M::Return) -> Result<M::Output, FailureDetails> {
                    M::outcome(returned)
                }
            }
        )+
    };
}

mocked_call!(ActivityCall: Activity, WorkflowCall: Workflow);

/// An activity or a workflow, by value: what [`TestEnv::mock`](super::TestEnv::mock) and
/// [`TestEnv::calls`](super::TestEnv::calls) take.
#[diagnostic::on_unimplemented(
    message = "[DC0322] `{Self}` can be neither mocked nor recorded",
    label = "expected the name of a function marked `#[activity]` or `#[workflow]`",
    note = "the name alone, not a call: `env.mock(charge, ..)`; a plain function has no calls that could be answered"
)]
pub trait Mockable<A>: crate::private::SealedFn<A> {
    /// The call that the function makes.
    type Call: MockedCall<Args = A>;
}

/// What stands in for a function: a closure with its parameters, without context and state, that returns a `Send` future of its
/// return type. What does not fit is refused in the compiler's own words, which name both types.
pub trait MockBody<A, R>: Send + Sync + 'static {
    #[doc(hidden)]
    fn answer(&self, args: A) -> BoxFuture<'static, R>;
}

macro_rules! arity {
    ($($arg:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<F, C, $($arg),*> Mockable<($($arg,)*)> for F
        where
            C: MockedCall<Args = ($($arg,)*)> + crate::functions::NamedCall,
            F: Fn($($arg),*) -> C,
        {
            type Call = C;
        }

        impl<H, Fut, R, $($arg),*> MockBody<($($arg,)*), R> for H
        where
            H: Fn($($arg),*) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = R> + Send + 'static,
        {
            #[allow(non_snake_case, reason = "each argument is called like its type")]
            fn answer(&self, ($($arg,)*): ($($arg,)*)) -> BoxFuture<'static, R> {
                Box::pin(self($($arg),*))
            }
        }
    };
}

each_arity!(arity);
