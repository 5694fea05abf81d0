#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64, placed: Timestamp) -> Result<u64> {
    let age = ctx.now().duration_since(placed);
    info!("{age:?}");
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
