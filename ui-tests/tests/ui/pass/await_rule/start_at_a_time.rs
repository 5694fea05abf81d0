#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn other(count: u64) -> Result<u64> {
    Ok(count)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let later = ctx.now() + Duration::from_secs(60);
    ctx.create_timer_at(later).await;
    other(count).await?;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
