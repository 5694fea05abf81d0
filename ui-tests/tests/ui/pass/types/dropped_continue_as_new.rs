#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    if count > 7 {
        return order(0).continue_as_new().await;
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
