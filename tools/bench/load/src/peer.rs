//! The worker of the `dapr` crate, and the workflows of [`ours`](crate::ours) as its documentation writes them.

use dapr::workflow::{
    ActivityContext, ActivityContextExt as _, RegistryExt as _, Result, WorkflowClient, WorkflowContext,
    WorkflowContextExt as _, when_all,
};

use crate::Failure;
use crate::process::answer_questions;

async fn step(ctx: ActivityContext, input: Option<String>) -> Result<Option<String>> {
    let at: u32 = ctx.get_input(input.as_deref())?;
    Ok(Some((at + 1).to_string()))
}

async fn chain(ctx: WorkflowContext) -> Result<Option<String>> {
    let steps: u32 = ctx.get_input_typed()?;
    let mut at: u32 = 0;
    for _ in 0..steps {
        at = ctx.call_activity_typed("step", at).await?;
    }
    Ok(Some(at.to_string()))
}

async fn parallel(ctx: WorkflowContext) -> Result<Option<String>> {
    let width: u32 = ctx.get_input_typed()?;
    let mut sum: u32 = 0;
    for result in when_all((0..width).map(|at| ctx.call_activity("step", at)).collect()).await? {
        sum += serde_json::from_str::<u32>(result.as_deref().unwrap_or("0"))?;
    }
    Ok(Some(sum.to_string()))
}

/// Runs until the input ends.
pub(crate) async fn serve(address: &str) -> std::result::Result<(), Failure> {
    let mut client = WorkflowClient::new_with_address(address).await?;
    client.registry_mut().add_workflow("chain", chain);
    client.registry_mut().add_workflow("parallel", parallel);
    client.registry_mut().add_activity("step", step);
    let worker = client.start_worker().await?;
    answer_questions().await?;
    worker.shutdown().await?;
    Ok(())
}
