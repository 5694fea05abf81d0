//! Work that was started and is awaited later.

use core::future::Future;
use core::pin::Pin;

use crate::context::WorkflowContext;
use crate::durable::Durable;

/// Work begun by [`ctx.start`](WorkflowContext::start), to be awaited, joined or raced later, or never.
#[must_use = "the work goes on without its handle, but nobody sees how it ends; await it, or drop it by name"]
pub struct Handle<T> {
    work: Pin<Box<dyn Future<Output = T>>>,
}

impl<T: 'static> Handle<T> {
    pub(crate) fn new(work: impl Future<Output = T> + 'static) -> Self {
        Self { work: Box::pin(work) }
    }

    pub(crate) fn ready(value: T) -> Self {
        Self::new(core::future::ready(value))
    }
}

#[diagnostic::do_not_recommend]
impl<T> Durable for Handle<T> {
    type Output = T;

    fn begin(self, _: &WorkflowContext) -> impl Future<Output = T> {
        self.work
    }
}

/// Waiting by reference: a race that the handle loses leaves it usable.
#[diagnostic::do_not_recommend]
impl<T> Durable for &mut Handle<T> {
    type Output = T;

    fn begin(self, _: &WorkflowContext) -> impl Future<Output = T> {
        self.work.as_mut()
    }
}

/// What [`ctx.start`](WorkflowContext::start) takes: calls of activities and of child workflows.
#[diagnostic::on_unimplemented(
    message = "[DC0315] `{Self}` cannot be started",
    label = "expected the call of an activity or of a workflow",
    note = "to wait for a timer or an event, await it, or put it into a join or a race"
)]
pub trait Startable: crate::private::MadeByDacapo {
    /// What awaiting the handle yields.
    type Output;

    /// Schedules the work.
    #[doc(hidden)]
    fn start(self, ctx: &WorkflowContext) -> Handle<Self::Output>;
}
