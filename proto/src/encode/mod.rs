//! From plain values to messages.
//!
//! The encoding of one value is always the same: maps are sorted and absent values are left out.

mod action;
mod event;
mod parts;

pub use action::answer;
pub use event::{event, event_bytes};
pub use parts::{failure, router, timestamp, trace_context, version};

use dacapo_engine::FailureDetails;

use crate::pb;

/// The answer of an activity: its result, or why it failed.
///
/// `task_id` and `token` are those of the work item. See docs/protocol.md, "Work items".
pub fn activity(
    instance_id: impl Into<String>,
    task_id: i32,
    token: impl Into<String>,
    outcome: Result<Option<String>, &FailureDetails>,
) -> pb::ActivityResponse {
    let (result, failure_details) = match outcome {
        Ok(result) => (result, None),
        Err(details) => (None, Some(failure(details))),
    };
    pb::ActivityResponse {
        instance_id: instance_id.into(),
        task_id,
        result,
        failure_details,
        completion_token: token.into(),
    }
}
