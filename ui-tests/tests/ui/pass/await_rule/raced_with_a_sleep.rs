#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    match race((charge(count), ctx.create_timer(Duration::from_secs(1)))).await {
        OneOf2::First(paid) => paid?,
        OneOf2::Second(()) => 0,
    };
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
