//! A call awaited outside of a workflow, or a workflow's block given to other code: refused, and in our words.
//!
//! Without these impls the compiler would say that they are no futures.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use super::{ActivityCall, ChildCall, WorkflowCall};
use crate::durable::Block;
use crate::functions::{Activity, Workflow};

/// Implemented by nothing: attributes rewrite the awaits of workflows, so only other awaits ask for it.
///
/// It is asked of the marker and not of the call itself, for which the compiler would use its own words.
#[diagnostic::on_unimplemented(
    message = "[DC0309] a call is awaited outside of a workflow",
    label = "a call is a description, which only a workflow can have run",
    note = "await it in a `#[workflow]` or `#[durable]` function; an activity leaves other activities to the workflow",
    note = "a program starts a workflow with `Client::schedule`; a test runs an activity's body with `.run(&ctx, (..))`"
)]
pub trait AwaitedInWorkflow {
    /// What the await yields.
    type Yield;
}

/// Implemented by nothing: what the body of a workflow awaits or joins is begun, and never asked for this.
#[diagnostic::on_unimplemented(
    message = "[DC0310] an async block of a workflow is given to other code",
    label = "only the workflow can run it, since its awaits are recorded in the history",
    note = "await it here, or collect several in a tuple or `Vec` and await that"
)]
pub trait PolledByWorkflow {
    /// What the future yields.
    type Yield;
}

impl<F> Future for Block<F>
where
    F: PolledByWorkflow,
{
    type Output = F::Yield;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<F::Yield> {
        Poll::Pending
    }
}

macro_rules! never_a_future {
    ($($call:ident: $kind:ident),+) => {
        $(
            impl<M: $kind> Future for $call<M>
            where
                M: AwaitedInWorkflow,
            {
                type Output = M::Yield;

                fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<M::Yield> {
                    Poll::Pending
                }
            }
        )+
    };
}

never_a_future!(ActivityCall: Activity, WorkflowCall: Workflow, ChildCall: Workflow);
