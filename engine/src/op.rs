//! The futures that wait for history, one file an operation, and how results reach them.

mod call;
mod event;
mod timer;

pub(crate) use self::{call::Call, event::Waiter};
pub use self::{
    call::CallFuture,
    event::{Elapsed, EventFuture},
    timer::TimerFuture,
};
use crate::{
    failure::FailureDetails,
    journal::{Core, Due, Owner, Resolution},
};

/// Hands one result to its owner.
pub(crate) fn deliver(core: &Core, Due { owner, resolution }: Due) {
    match (owner, resolution) {
        (Owner::Activity(call) | Owner::Child(call), Resolution::Completed(result)) => {
            call.finish(&core.parking, Ok(result));
        }
        (Owner::Activity(call), Resolution::Failed(details)) => {
            let unknown = || FailureDetails::new("Unknown", "activity failed without details");
            call::fail(core, &call, details.unwrap_or_else(unknown));
        }
        (Owner::Child(call), Resolution::Failed(details)) => {
            // A terminated child reports no details.
            let terminated = || {
                FailureDetails::new("ChildWorkflowTerminated", "child workflow did not complete successfully")
            };
            call::fail(core, &call, details.unwrap_or_else(terminated));
        }
        (Owner::Retry(call), Resolution::Fired) => call::retry(core, &call),
        (Owner::Timer(leaf), Resolution::Fired) => timer::fire(core, &leaf),
        (Owner::Event(waiter), Resolution::Fired) => event::elapse(core, &waiter),
        // The ledger hands an owner results of its own kind only.
        (_, Resolution::Fired) | (Owner::Retry(_) | Owner::Timer(_) | Owner::Event(_), _) => {}
    }
}
