#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    info!("{} is not over", ctx.instance_id());
    order(count).continue_as_new().await
}

fn main() {}
