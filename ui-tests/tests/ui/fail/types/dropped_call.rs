use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _ = charge(1); // ERROR
    charge(2); // ERROR
    charge(3).retry(RetryPolicy::new(3)); // ERROR
    ctx.create_timer(Duration::from_secs(1)); // ERROR
    let _ = helper(&count); // ERROR
    let _ = (1..3).map(charge).collect::<Vec<_>>(); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

#[durable]
async fn helper(amount: &u64) -> u64 {
    *amount
}

fn main() {}
