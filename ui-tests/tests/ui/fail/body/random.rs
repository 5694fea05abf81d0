use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let hasher = std::collections::hash_map::RandomState::new(); // ERROR
    let _ = hasher;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
