//! The workflows that are measured: ours, and the same ones written for the peer.

/// Ours, by the attributes that users write.
pub mod ours {
    use dacapo::prelude::*;

    const GO: Event<u32> = Event::new("go");

    /// One step of a workflow. Nothing here ever runs it: its results stand in the histories.
    #[activity]
    pub async fn step(at: u32) -> Result<u32> {
        Ok(at + 1)
    }

    /// One step after the other.
    #[workflow]
    pub async fn chain(steps: u32) -> Result<u32> {
        let mut at = 0;
        for _ in 0..steps {
            at = step(at).await?;
        }
        Ok(at)
    }

    /// All steps at once.
    #[workflow]
    pub async fn fan_out(width: u32) -> Result<u32> {
        let mut sum = 0;
        for result in (0..width).map(step).collect::<Vec<_>>().await {
            sum += result?;
        }
        Ok(sum)
    }

    /// Waits for an external event.
    #[workflow]
    pub async fn parked(_order: String) -> Result<u32> {
        Ok(GO.recv().await?)
    }
}

/// The peer's, as its documentation writes them.
pub mod peer {
    use std::sync::Arc;

    use dapr_durabletask::api::Result;
    use dapr_durabletask::task::{OrchestrationContext, when_all};
    use dapr_durabletask::worker::OrchestratorFn;

    /// One step after the other.
    pub fn chain() -> OrchestratorFn {
        Arc::new(|ctx| Box::pin(run_chain(ctx)))
    }

    /// All steps at once.
    pub fn fan_out() -> OrchestratorFn {
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
}
