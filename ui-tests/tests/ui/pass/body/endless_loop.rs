#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    charge(count).await?;
    ctx.create_timer(Duration::from_secs(60)).await;
    return order(count + 1).continue_as_new().await;
}

fn main() {}
