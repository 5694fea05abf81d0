use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    if count > 7 {
        order(0).continue_as_new().await; // ERROR
    }
    charge(count).await?;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
