//! A call awaited outside of a workflow: refused, and in our words.
//!
//! Without these impls the compiler would say that the call is no future, and propose to make the function async.

use core::convert::Infallible;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use super::{ActivityCall, ChildCall, WorkflowCall};
use crate::functions::{Activity, Workflow};

/// Implemented by nothing: attributes rewrite the awaits of workflows, so only other awaits ask for it.
#[diagnostic::on_unimplemented(
    message = "[DC0309] `{Self}` is awaited outside of a workflow",
    label = "a call is a description, which only a workflow can have run",
    note = "await it in a `#[workflow]` or `#[durable]` function; an activity leaves other activities to the workflow",
    note = "a program starts a workflow with `Client::schedule`; a test runs an activity's body with `.run(&ctx, (..))`"
)]
pub trait AwaitedInWorkflow {}

macro_rules! never_a_future {
    ($($call:ident: $kind:ident),+) => {
        $(
            impl<M: $kind> Future for $call<M>
            where
                Self: AwaitedInWorkflow,
            {
                type Output = Infallible;

                fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Infallible> {
                    Poll::Pending
                }
            }
        )+
    };
}

never_a_future!(ActivityCall: Activity, WorkflowCall: Workflow, ChildCall: Workflow);
