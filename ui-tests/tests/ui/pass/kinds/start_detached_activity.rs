#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn audit() {}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let id = ctx.start_detached(audit())?;
    let charged = ctx.start(charge(1)).await;
    info!("{id} {charged:?}");
    Ok(count + ctx.instance_id().len() as u64)
}
