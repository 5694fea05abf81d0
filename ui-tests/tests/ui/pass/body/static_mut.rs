#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64, total: u64) -> Result<u64> {
    let count = total + count;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
