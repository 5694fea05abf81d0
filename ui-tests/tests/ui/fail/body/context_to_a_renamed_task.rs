use dacapo::prelude::*;

use tokio::spawn as background;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    background(async move { ctx.now() }); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
