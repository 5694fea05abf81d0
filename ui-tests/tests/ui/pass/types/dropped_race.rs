#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    race((charge(1), charge(2))).await;
    let _ = all(vec![charge(3)]).await;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
