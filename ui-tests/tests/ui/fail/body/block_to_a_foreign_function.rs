use dacapo::prelude::*;

fn go<F: Future>(_: F) {}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    go(async { charge(1).await }); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
