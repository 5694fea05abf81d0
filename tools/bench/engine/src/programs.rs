//! The workflows of `dacapo_roads::programs`, written for the peer as its documentation writes them.

use std::sync::Arc;

use dapr_durabletask::api::Result;
use dapr_durabletask::task::{OrchestrationContext, when_all};
use dapr_durabletask::worker::OrchestratorFn;

/// One step after the other.
pub(crate) fn chain() -> OrchestratorFn {
    Arc::new(|ctx| Box::pin(run_chain(ctx)))
}

/// All steps at once.
pub(crate) fn fan_out() -> OrchestratorFn {
    Arc::new(|ctx| Box::pin(run_fan_out(ctx)))
}

async fn run_chain(ctx: OrchestrationContext) -> Result<Option<String>> {
    let steps: u32 = ctx.input()?;
    let mut at = 0;
    for _ in 0..steps {
        at = number(ctx.call_activity("step", at).await?);
    }
    Ok(Some(at.to_string()))
}

async fn run_fan_out(ctx: OrchestrationContext) -> Result<Option<String>> {
    let width: u32 = ctx.input()?;
    let results = when_all((0..width).map(|at| ctx.call_activity("step", at)).collect()).await?;
    let sum: u32 = results.into_iter().map(number).sum();
    Ok(Some(sum.to_string()))
}

fn number(json: Option<String>) -> u32 {
    serde_json::from_str(json.as_deref().unwrap_or("null")).expect("the histories hold numbers")
}
