//! What may be awaited in a workflow.

mod block;
mod join;
mod race;
mod timer;

use core::future::Future;

pub use block::{Block, Helper};
pub use join::{All, AllSet, Buffered, FanOut, all};
pub use race::{Elapsed, Race, RaceSet, Timeout, race};
pub use timer::Timer;

use crate::context::WorkflowContext;

/// An operation that is recorded in the history, and therefore may be awaited in a workflow.
///
/// Calls of activities and child workflows, timers, external events, `#[durable]` functions, `async` blocks of the
/// body, [`race`] and [`all`], and tuples, arrays, `Vec`s and `Option`s of those. A tuple, array or `Vec` is a join:
/// it schedules its members in order, then waits for all. The trait is sealed.
#[diagnostic::on_unimplemented(
    message = "[DC0301] `{Self}` cannot be awaited in a workflow",
    label = "this await would not be recorded in the workflow's history",
    note = "await calls of activities and workflows, timers (`ctx.create_timer(..)`), events (`EVENT.recv()`) and `#[durable]` functions",
    note = "I/O, real sleeping and other futures belong in an `#[activity]`; an async helper of workflows is marked `#[durable]`"
)]
#[must_use = "it does nothing until it is awaited, joined, raced or started; add `.await`"]
pub trait Durable: Sized + crate::private::MadeByDacapo {
    /// What awaiting it yields.
    type Output;
    /// What it is, as far as constants can know.
    #[doc(hidden)]
    const CALLEE: crate::private::Callee = crate::private::Callee::Other;

    /// Begins the operation. Its ids are taken when the future is first polled.
    #[doc(hidden)]
    fn begin(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Output>;

    /// Gives up after `duration`: yields `Err(Elapsed)` then, and the operation is dropped, which ends its retries.
    ///
    /// ```
    /// # use dacapo::prelude::*;
    /// # #[activity] async fn fetch() -> Result<String> { Ok(String::new()) }
    /// #[workflow]
    /// async fn impatient() -> Result<String> {
    ///     match fetch().timeout(Duration::from_secs(5)).await {
    ///         Ok(fetched) => Ok(fetched?),
    ///         Err(Elapsed) => Ok("too slow".to_owned()),
    ///     }
    /// }
    /// ```
    fn timeout(self, duration: core::time::Duration) -> Timeout<Self> {
        Timeout::new(self, duration)
    }
}

#[diagnostic::do_not_recommend]
impl<T> Durable for core::future::Ready<T> {
    type Output = T;

    fn begin(self, _: &WorkflowContext) -> impl Future<Output = T> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<D: Durable> Durable for Option<D> {
    type Output = Option<D::Output>;

    async fn begin(self, ctx: &WorkflowContext) -> Self::Output {
        match self {
            Some(durable) => Some(durable.begin(ctx).await),
            None => None,
        }
    }
}
