//! Continue-as-new.

use core::any::TypeId;
use core::marker::PhantomData;

use dacapo_engine::FailureDetails;

use crate::context::{Ending, WorkflowContext};
use crate::durable::Durable;
use crate::functions::Workflow;

/// The end of this execution and the beginning of the next: `return monitor(next).continue_as_new().await`.
///
/// Awaiting it never comes back. Buffered events that nobody has taken go along, unless
/// [`drop_events`](Self::drop_events) is called; activities, children and timers that were scheduled in this turn and not before are
/// lost, with a warning in the log.
#[must_use = "the workflow goes on until this is awaited: `return workflow(next).continue_as_new().await`"]
pub struct ContinueAsNew<M: Workflow, R> {
    args: M::Args,
    keep_events: bool,
    /// The return type of the workflow: awaiting never comes back, so it may be anything.
    never: PhantomData<fn() -> R>,
}

impl<M: Workflow, R> ContinueAsNew<M, R> {
    pub(crate) fn new(args: M::Args) -> Self {
        Self { args, keep_events: true, never: PhantomData }
    }

    /// Leaves buffered external events behind.
    pub fn drop_events(mut self) -> Self {
        self.keep_events = false;
        self
    }

    fn request(self, ctx: &WorkflowContext) -> Result<(), FailureDetails> {
        if ctx.marker() != TypeId::of::<M>() {
            let message = format!(
                "`{}` cannot continue as `{}`: a workflow continues as itself only",
                ctx.name(),
                M::NAME
            );
            return Err(FailureDetails::new("ContinueAsNewElsewhere", message).non_retriable());
        }
        let input = (M::ARGUMENTS.encode)(&self.args).map_err(|error| {
            let message =
                format!("the arguments of the next execution of `{}` have no JSON form: {error}", M::NAME);
            FailureDetails::new("PayloadEncodingFailed", message).non_retriable()
        })?;
        ctx.engine().continue_as_new(input, self.keep_events);
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Workflow, R> Durable for ContinueAsNew<M, R> {
    type Output = R;

    async fn begin(self, ctx: &WorkflowContext) -> Self::Output {
        ctx.end(match self.request(ctx) {
            Ok(()) => Ending::ContinuedAsNew,
            Err(details) => Ending::Failed(details),
        });
        core::future::pending().await
    }
}
