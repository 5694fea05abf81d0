//! A time limit on anything durable.

use core::{
    pin::Pin,
    task::{self, Poll},
    time::Duration,
};

use super::race::{OneOf2, Race2, race2};
use crate::{
    context::Context,
    op::{Elapsed, TimerFuture},
    spec::TimerSpec,
};

/// Waits for `future`, at most for `limit`; when the time is over it is dropped.
///
/// The timer is set in any case, after `future` was polled first, so that ids do not depend on how fast it was.
/// When both are done at the same event, `future` wins.
pub fn timeout<F: Future>(ctx: &Context, future: F, limit: Duration) -> Timeout<F> {
    Timeout { race: race2(ctx, future, ctx.timer(TimerSpec::After(limit), None)) }
}

/// The future of [`timeout`].
#[must_use = "futures do nothing until they are awaited"]
pub struct Timeout<F: Future> {
    race: Race2<F, TimerFuture>,
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.race).poll(cx).map(|winner| match winner {
            OneOf2::First(output) => Ok(output),
            OneOf2::Second(()) => Err(Elapsed),
        })
    }
}
