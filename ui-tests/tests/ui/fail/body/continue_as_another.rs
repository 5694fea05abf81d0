use dacapo::prelude::*;

#[workflow]
async fn other(count: u64) -> Result<u64> {
    Ok(count)
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    if count > 7 {
        return other(count).continue_as_new().await; // ERROR
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
