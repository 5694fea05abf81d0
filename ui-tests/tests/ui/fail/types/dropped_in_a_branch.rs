use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    if count > 7 {
        charge(count); // ERROR
    }
    for n in 0..count {
        charge(n).timeout(Duration::from_secs(1)); // ERROR
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
