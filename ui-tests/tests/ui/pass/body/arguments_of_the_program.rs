#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64, region: String) -> Result<u64> {
    let first = region;
    drop(first);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
