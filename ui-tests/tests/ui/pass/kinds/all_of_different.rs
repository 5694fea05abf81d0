#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    all((charge(1), charge(2))).await?;
    Ok(count + ctx.instance_id().len() as u64)
}
