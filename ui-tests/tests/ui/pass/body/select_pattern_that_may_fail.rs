#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let paid = select! {
        paid = charge(1) => paid.unwrap_or(0),
        () = ctx.create_timer(Duration::from_secs(1)) => 0,
    };
    Ok(count + paid)
}

fn main() {}
