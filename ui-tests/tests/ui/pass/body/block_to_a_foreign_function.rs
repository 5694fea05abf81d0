#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

fn go<F: Future>(_: F) {}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let block = async { charge(1).await };
    block.await?;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
