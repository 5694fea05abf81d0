#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _ = charge(1).await;
    charge(2).await?;
    let _ = ctx.start(charge(3).retry(RetryPolicy::new(3)));
    ctx.create_timer(Duration::from_secs(1)).await;
    let _ = helper(&count).await;
    let _ = (1..3).map(charge).collect::<Vec<_>>().await;
    let _ = u32::try_from(count);
    let mut all = vec![count];
    all.push(1);
    drop(all);
    Ok(count + ctx.instance_id().len() as u64)
}

#[durable]
async fn helper(amount: &u64) -> u64 {
    *amount
}

fn main() {}
