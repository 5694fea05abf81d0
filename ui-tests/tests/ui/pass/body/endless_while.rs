#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let mut sum = 0;
    while sum < 1_000 {
        sum += charge(count).await?;
        ctx.create_timer(Duration::from_secs(60)).await;
    }
    return order(sum).continue_as_new().await;
}

fn main() {}
