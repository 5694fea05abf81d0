use dacapo::prelude::*;

use std::fs;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let text = fs::read_to_string("orders.txt")?; // ERROR
    fs::write("orders.txt", &text)?; // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
