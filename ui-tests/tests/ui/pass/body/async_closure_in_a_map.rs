#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let paid = (0..count).map(async move |n| charge(n).await).collect::<Vec<_>>().await;
    Ok(paid.len() as u64 + ctx.instance_id().len() as u64)
}

fn main() {}
