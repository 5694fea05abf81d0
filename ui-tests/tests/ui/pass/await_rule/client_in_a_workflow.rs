#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn other(count: u64) -> Result<u64> {
    Ok(count)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let paid = other(count).await?;
    info!("{paid}");
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
