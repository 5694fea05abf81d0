#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn read(path: String) -> Result<String> {
    Ok(std::fs::read_to_string(path)?)
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let text = read("orders.csv".into()).await?;
    let _ = text;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
