#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn fetch() -> u64 {
    7
}

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let mut all = vec![charge(1).await?];
    all.push(fetch().await?);
    Ok(all.len() as u64 + count + ctx.instance_id().len() as u64)
}

fn main() {}
