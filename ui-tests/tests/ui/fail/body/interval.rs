use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let mut ticks = tokio::time::interval(Duration::from_secs(1)); // ERROR
    for _ in 0..count {
        ticks.tick();
        charge(1).await?;
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
