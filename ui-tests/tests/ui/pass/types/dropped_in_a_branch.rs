#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    if count > 7 {
        charge(count).await?;
    }
    for n in 0..count {
        let _paid = charge(n).timeout(Duration::from_secs(1)).await;
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
