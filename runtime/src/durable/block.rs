//! Durables made of code: blocks of a body, and `#[durable]` functions.

use core::future::Future;
use core::marker::PhantomData;

use super::Durable;
use crate::context::WorkflowContext;
use crate::private::{Callee, HelperSteps};

/// An `async` block of a workflow's body, checked as the body is.
#[must_use = "an async block does nothing until it is awaited; add `.await`"]
pub struct Block<F>(pub(crate) F);

#[diagnostic::do_not_recommend]
impl<F: Future> Durable for Block<F> {
    type Output = F::Output;

    fn begin(self, _: &WorkflowContext) -> impl Future<Output = F::Output> {
        self.0
    }
}

/// The body of a `#[durable]` function with its arguments.
#[must_use = "a `#[durable]` function does nothing until it is awaited; add `.await`"]
pub struct Helper<F, S>(pub(crate) F, pub(crate) PhantomData<fn() -> S>);

#[diagnostic::do_not_recommend]
impl<T, S: HelperSteps, F: AsyncFnOnce(WorkflowContext) -> T> Durable for Helper<F, S> {
    type Output = T;
    const CALLEE: Callee = Callee::Helper(S::SKELETON);

    fn begin(self, ctx: &WorkflowContext) -> impl Future<Output = T> {
        (self.0)(ctx.share())
    }
}
