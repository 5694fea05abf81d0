#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

fn give<T: Send>(_: T) {}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let now = ctx.now();
    give(now);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
