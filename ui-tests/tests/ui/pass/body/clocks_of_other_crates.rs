#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _today = ctx.now();
    let _moment = ctx.now() + Duration::from_secs(60);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
