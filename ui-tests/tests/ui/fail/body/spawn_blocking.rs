use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let sum = tokio::task::spawn_blocking(move || count * 2).await; // ERROR
    drop(sum);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
