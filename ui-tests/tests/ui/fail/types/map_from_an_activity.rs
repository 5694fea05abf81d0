use dacapo::prelude::*;
use std::collections::HashMap;

#[activity]
async fn prices() -> HashMap<String, u64> {
    HashMap::new()
}

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    for (item, amount) in prices().await? { // ERROR
        charge(amount + item.len() as u64).await?;
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
