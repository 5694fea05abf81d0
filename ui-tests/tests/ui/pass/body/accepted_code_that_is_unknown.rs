#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _now = ctx.now();
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
