#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let now = ctx.now();
    info!("{now}");
    Ok(count + ctx.instance_id().len() as u64)
}
