use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let paid = tokio::time::timeout(Duration::from_secs(1), charge(count)).await; // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
