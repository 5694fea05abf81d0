use dacapo::prelude::*;
use std::fs;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let text = fs::read_to_string("orders.csv")?; // ERROR
    drop(text);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
