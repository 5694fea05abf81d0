#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let timer = ctx.create_timer(Duration::from_secs(1));
    let work = ctx.start(charge(1));
    (timer, work).await.1?;
    Ok(count + ctx.instance_id().len() as u64)
}
