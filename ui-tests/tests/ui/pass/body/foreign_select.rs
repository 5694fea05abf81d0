#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    select! {
        paid = charge(1) => drop(paid),
        () = ctx.create_timer(Duration::from_secs(1)) => {}
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
