#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let paid = charge(count);
    let all = vec![charge(1), charge(2)];
    paid.await?;
    all.await;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
