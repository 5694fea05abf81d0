#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    const LIMIT: u64 = 7;
    let _seen = std::cell::Cell::new(LIMIT);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
