#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

fn show(ctx: &WorkflowContext) {
    info!("{}", ctx.instance_id());
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    show(ctx);
    Ok(count + ctx.instance_id().len() as u64)
}
