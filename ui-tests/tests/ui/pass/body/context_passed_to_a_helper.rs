#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[durable]
async fn settle(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    Ok(count + ctx.name().len() as u64)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    settle(count).await?;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
