use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _paid = charge(count); // ERROR
    let all = vec![charge(1), charge(2)]; // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
