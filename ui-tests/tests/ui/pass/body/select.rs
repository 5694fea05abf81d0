#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let more = select! {
        paid = charge(1) => paid?,
        () = ctx.create_timer(Duration::from_secs(1)) => 0,
    };
    let _ = more;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
