//! Running one activity.

use std::panic::AssertUnwindSafe;

use dacapo_engine::FailureDetails;
use dacapo_proto::{ActivityItem, encode};
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use super::complete::Delivery;
use super::dispatch::admit;
use super::session::Session;
use super::supervisor::Shared;
use crate::activity::{ActivityContext, ActivityInfo};
use crate::otel;
use crate::propagated::PropagatedHistory;
use crate::registry::{Outcome, Registry, panicked};

/// Runs an activity and answers for it.
pub(super) async fn run(shared: &Shared, session: &Session, item: ActivityItem) {
    let Some(_permit) = admit(shared, session, &shared.activity_permits).await else { return };
    let (name, instance_id) = (item.name.clone(), item.instance_id.clone());
    let (task_id, token) = (item.task_id, item.token.clone());
    let span = tracing::info_span!("activity", name, instance_id, task_id);
    if let Some(trace) = &item.trace {
        otel::continue_trace(&span, trace);
    }
    let outcome = outcome(&shared.registry, item).instrument(span).await;
    let answer =
        |outcome: &Outcome| encode::activity(&*instance_id, task_id, &*token, outcome.as_ref().cloned());
    if let Delivery::TooLarge(limit) = session.complete_activity(answer(&outcome)).await {
        let failure = Err(too_large(&name, &outcome, &limit));
        if let Delivery::TooLarge(limit) = session.complete_activity(answer(&failure)).await {
            session
                .tear_down(format!("not even the failure of activity `{name}` fits into a message: {limit}"));
        }
    }
}

async fn outcome(registry: &Registry, item: ActivityItem) -> Outcome {
    let Some(entry) = registry.activity(&item.name) else { return Err(not_registered(registry, &item.name)) };
    let propagated = item.propagated.map(PropagatedHistory::read).transpose()?;
    let info = ActivityInfo {
        name: item.name,
        instance_id: item.instance_id,
        task_id: item.task_id,
        task_execution_id: item.task_execution_id,
        trace: item.trace,
        propagated,
    };
    let context = ActivityContext::new(info, registry.states());
    let body = async { (entry.run)(context, item.input).await };
    let ended = AssertUnwindSafe(body).catch_unwind().await;
    ended.unwrap_or_else(|panic| Err(panicked("ActivityPanic", entry.name, panic.as_ref())))
}

fn not_registered(registry: &Registry, name: &str) -> FailureDetails {
    let known = registry.activity_names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let known = if known.is_empty() { "no activity".to_owned() } else { known };
    let message = format!(
        "activity `{name}` is not registered with the worker that got it, which has {known}; all workers of an app must \
         register the same activities"
    );
    FailureDetails::new("ActivityNotRegistered", message)
}

fn too_large(name: &str, outcome: &Outcome, limit: &str) -> FailureDetails {
    let message = match outcome {
        Ok(result) => format!(
            "the result of activity `{name}` has {} bytes and is too large for the sidecar ({limit}); return a reference to \
             the data instead, or raise the limit",
            result.as_ref().map_or(0, String::len)
        ),
        Err(failure) => format!(
            "activity `{name}` failed with `{}`, and the failure is too large for the sidecar ({limit})",
            failure.error_type
        ),
    };
    FailureDetails::new("PayloadTooLarge", message).non_retriable()
}
