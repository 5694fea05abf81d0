//! Waits for all of many, a few at a time.

use alloc::{rc::Rc, vec::Vec};
use core::{
    pin::Pin,
    task::{self, Poll},
};

use super::crowd::Crowd;
use crate::context::Context;

/// Waits for all `futures`, at most `width` at a time; the outputs come in their order.
///
/// The next ones begin as soon as any of those that run is done. A `width` of 0 counts as 1.
pub fn buffered<I>(ctx: &Context, futures: I, width: usize) -> Buffered<I::IntoIter>
where
    I: IntoIterator<Item: Future>,
{
    let crowd = Crowd::new(Rc::clone(&ctx.core), []);
    Buffered { rest: futures.into_iter(), width: width.max(1), crowd }
}

/// The future of [`buffered`].
#[must_use = "futures do nothing until they are awaited"]
pub struct Buffered<I: Iterator<Item: Future>> {
    rest: I,
    width: usize,
    crowd: Crowd<I::Item>,
}

// Members are boxed; the iterator and outputs are never pinned.
impl<I: Iterator<Item: Future>> Unpin for Buffered<I> {}

impl<I: Iterator<Item: Future>> Future for Buffered<I> {
    type Output = Vec<<I::Item as Future>::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        self.crowd.poll(cx, None);
        while self.refill() {
            self.crowd.poll(cx, None);
        }
        match self.crowd.running() {
            0 => Poll::Ready(self.crowd.take_all()),
            _ => Poll::Pending,
        }
    }
}

impl<I: Iterator<Item: Future>> Buffered<I> {
    /// Begins as many as there is room for; whether there was one.
    fn refill(&mut self) -> bool {
        let room = self.width.saturating_sub(self.crowd.running());
        let before = self.crowd.running();
        self.rest.by_ref().take(room).for_each(|future| self.crowd.push(future));
        self.crowd.running() > before
    }
}
