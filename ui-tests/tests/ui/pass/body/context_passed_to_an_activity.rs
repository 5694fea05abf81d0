#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn audit(ctx: &ActivityContext, count: u64) -> u64 {
    count + ctx.name().len() as u64
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    audit(count).await?;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
