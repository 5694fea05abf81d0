use dacapo::prelude::*;
use std::collections::HashMap;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64, waiting: HashMap<u64, u64>) -> Result<u64> {
    let mut waiting = waiting;
    for (id, amount) in waiting.drain() { // ERROR
        charge(id + amount).await?;
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
