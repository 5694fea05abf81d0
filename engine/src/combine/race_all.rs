//! Waits for the first of many.

use alloc::{rc::Rc, vec::Vec};
use core::{
    pin::Pin,
    task::{self, Poll},
};

use super::{crowd::Crowd, heat::Heat};
use crate::{context::Context, journal::Core};

/// Waits for the first of `futures` to be done: its index and output. The others are dropped.
///
/// When several are done at the same event, the first of them in order wins. A race of nobody never ends.
pub fn race_all<F: Future>(ctx: &Context, futures: Vec<F>) -> RaceAll<F> {
    RaceAll { core: Rc::clone(&ctx.core), crowd: Crowd::new(Rc::clone(&ctx.core), futures) }
}

/// The future of [`race_all`].
#[must_use = "futures do nothing until they are awaited"]
pub struct RaceAll<F: Future> {
    core: Rc<Core>,
    crowd: Crowd<F>,
}

// Members are boxed and outputs are never pinned.
impl<F: Future> Unpin for RaceAll<F> {}

impl<F: Future> Future for RaceAll<F> {
    type Output = (usize, F::Output);

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let Self { core, crowd } = &mut *self;
        let mut heat = Heat::begin(core);
        let done = crowd.poll(cx, Some(&mut heat));
        #[cfg(feature = "faults")]
        let done = crate::faults::maybe_reversed(core, done);
        let first = done.first().copied();
        let Some((winner, output)) = first.and_then(|winner| Some((winner, crowd.take(winner)?))) else {
            heat.go_on();
            return Poll::Pending;
        };
        drop(crowd.take_all());
        heat.won_by(winner);
        Poll::Ready((winner, output))
    }
}
