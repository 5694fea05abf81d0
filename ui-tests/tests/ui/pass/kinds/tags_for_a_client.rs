#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn start(ctx: &WorkflowContext) -> Result<String> {
    ctx.start_detached(order(1).tag("region", "eu"))
}

fn main() {}
