//! Log events of workflow code: once, and never on replay.

use tracing::dispatcher::{self, Dispatch};
use tracing::level_filters::LevelFilter;
use tracing::{Span, info_span};

use crate::otel;

/// The span around the code of an instance.
pub(crate) fn workflow_span(workflow: &str, instance_id: &str) -> Span {
    let span = info_span!("workflow", workflow, instance_id);
    otel::leave_out(&span);
    span
}

/// Runs code that nobody hears.
pub(crate) fn unheard<T>(code: impl FnOnce() -> T) -> T {
    // When nobody listens at all there is nobody to keep it from, and replays are full of such code.
    if LevelFilter::current() == LevelFilter::OFF {
        return code();
    }
    dispatcher::with_default(&Dispatch::none(), code)
}

/// Drops its value unheard.
pub(crate) struct DroppedUnheard<T>(Option<T>);

impl<T> DroppedUnheard<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Some(value))
    }

    /// The value; `None` while it is dropped.
    pub(crate) fn get(&mut self) -> Option<&mut T> {
        self.0.as_mut()
    }
}

impl<T> Drop for DroppedUnheard<T> {
    fn drop(&mut self) {
        let value = self.0.take();
        unheard(|| drop(value));
    }
}
