//! Waits for all of many.

use alloc::{rc::Rc, vec::Vec};
use core::{
    pin::Pin,
    task::{self, Poll},
};

use super::crowd::Crowd;
use crate::context::Context;

/// Waits for all `futures`; the outputs come in their order.
///
/// An event costs the poll of the member that it brings further, however many there are.
pub fn join_all<F: Future>(ctx: &Context, futures: Vec<F>) -> JoinAll<F> {
    JoinAll { crowd: Crowd::new(Rc::clone(&ctx.core), futures) }
}

/// The future of [`join_all`].
#[must_use = "futures do nothing until they are awaited"]
pub struct JoinAll<F: Future> {
    crowd: Crowd<F>,
}

// Members are boxed and outputs are never pinned.
impl<F: Future> Unpin for JoinAll<F> {}

impl<F: Future> Future for JoinAll<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        self.crowd.poll(cx, None);
        match self.crowd.running() {
            0 => Poll::Ready(self.crowd.take_all()),
            _ => Poll::Pending,
        }
    }
}
