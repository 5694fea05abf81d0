//! Durables made of code: blocks of a body, and `#[durable]` functions.

use core::future::Future;

use super::Durable;
use crate::context::WorkflowContext;

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
pub struct Helper<F>(pub(crate) F);

#[diagnostic::do_not_recommend]
impl<T, F: AsyncFnOnce(WorkflowContext) -> T> Durable for Helper<F> {
    type Output = T;

    fn begin(self, ctx: &WorkflowContext) -> impl Future<Output = T> {
        (self.0)(ctx.share())
    }
}
