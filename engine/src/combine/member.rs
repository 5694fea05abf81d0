//! One member of a combined future.

use alloc::boxed::Box;
use core::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

/// A future that is dropped when it is done, and its output until somebody takes it.
pub(super) enum Member<F: Future> {
    Running(Pin<Box<F>>),
    Done(F::Output),
    Empty,
}

impl<F: Future> Member<F> {
    pub(super) fn new(future: F) -> Self {
        Self::Running(Box::pin(future))
    }

    /// Polls the future, if it is still running; whether it is done.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let Self::Running(future) = self else { return true };
        let Poll::Ready(output) = future.as_mut().poll(cx) else { return false };
        *self = Self::Done(output);
        true
    }

    pub(super) fn output(&self) -> Option<&F::Output> {
        match self {
            Self::Done(output) => Some(output),
            Self::Running(_) | Self::Empty => None,
        }
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(self, Self::Running(_))
    }

    /// Takes the output out, if it is there.
    pub(super) fn take(&mut self) -> Option<F::Output> {
        match mem::replace(self, Self::Empty) {
            Self::Done(output) => Some(output),
            other => {
                *self = other;
                None
            }
        }
    }

    /// Drops the future or its output.
    pub(super) fn clear(&mut self) {
        *self = Self::Empty;
    }
}
