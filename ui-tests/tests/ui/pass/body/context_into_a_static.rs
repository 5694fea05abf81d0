#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let seen = ctx.instance_id().to_owned();
    info!("{seen}");
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
