//! Waits for all of many, or for the first failure.

use alloc::{rc::Rc, vec::Vec};
use core::{
    pin::Pin,
    task::{self, Poll},
};

use super::{crowd::Crowd, heat::Heat};
use crate::{context::Context, journal::Core};

/// Waits for all `futures` to succeed, or for one to fail; the others are then dropped.
///
/// When several fail at the same event, the first of them in order counts.
pub fn try_join_all<F, T, E>(ctx: &Context, futures: Vec<F>) -> TryJoinAll<F>
where
    F: Future<Output = Result<T, E>>,
{
    TryJoinAll { core: Rc::clone(&ctx.core), crowd: Crowd::new(Rc::clone(&ctx.core), futures) }
}

/// The future of [`try_join_all`].
#[must_use = "futures do nothing until they are awaited"]
pub struct TryJoinAll<F: Future> {
    core: Rc<Core>,
    crowd: Crowd<F>,
}

// Members are boxed and outputs are never pinned.
impl<F: Future> Unpin for TryJoinAll<F> {}

impl<F, T, E> Future for TryJoinAll<F>
where
    F: Future<Output = Result<T, E>>,
{
    type Output = Result<Vec<T>, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let Self { core, crowd } = &mut *self;
        let mut heat = Heat::begin(core);
        let done = crowd.poll(cx, Some(&mut heat));
        let failed = done.into_iter().find(|index| crowd.output(*index).is_some_and(Result::is_err));
        if let Some((index, Err(error))) = failed.and_then(|index| Some((index, crowd.take(index)?))) {
            drop(crowd.take_all());
            heat.won_by(index);
            return Poll::Ready(Err(error));
        }
        heat.go_on();
        match crowd.running() {
            0 => Poll::Ready(crowd.take_all().into_iter().collect()),
            _ => Poll::Pending,
        }
    }
}
