#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[activity]
async fn read(path: String) -> Result<String> {
    Ok(std::fs::read_to_string(path)?)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let text = read(String::from("orders.txt")).await?;
    info!("{text}");
    Ok(count + ctx.instance_id().len() as u64)
}
