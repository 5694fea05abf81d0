use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let both = futures::join!(charge(1), charge(2)); // ERROR
    drop(both);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
