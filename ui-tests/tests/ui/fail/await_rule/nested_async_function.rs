use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    async fn doubled(count: u64) -> u64 {
        count * 2
    }
    let twice = doubled(count).await; // ERROR
    Ok(charge(twice).await? + ctx.instance_id().len() as u64)
}

fn main() {}
