#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    race((charge(1), ctx.create_timer(Duration::from_secs(1)))).await;
    Ok(count + ctx.instance_id().len() as u64)
}
