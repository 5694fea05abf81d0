use dacapo::prelude::*;

use std::thread::scope as workers;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    workers(|threads| {
        threads.spawn(|| ctx.now()); // ERROR
    });
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
