use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn audit() {}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    ctx.start_detached(charge(1))?; // ERROR
    ctx.start_detached(audit().retry(RetryPolicy::new(3)))?; // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
