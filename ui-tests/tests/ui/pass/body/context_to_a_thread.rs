#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

fn go<T: Send>(_: T) {}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let id = ctx.instance_id().to_owned();
    go(id);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
