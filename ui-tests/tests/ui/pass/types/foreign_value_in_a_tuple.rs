#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn port() -> u64 {
    7
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let port = port().await?;
    Ok(count + port + ctx.instance_id().len() as u64)
}

fn main() {}
