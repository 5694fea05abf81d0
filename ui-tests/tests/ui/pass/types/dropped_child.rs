#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn other(count: u64) -> Result<u64> {
    Ok(count)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    other(count).await?;
    let _running = ctx.start(other(count).id("child"));
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
