#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let text = format!("{} {:?}", count, ctx.now());
    drop(text);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
