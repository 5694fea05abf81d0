use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    ctx.start(ctx.create_timer(Duration::from_secs(1))); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
