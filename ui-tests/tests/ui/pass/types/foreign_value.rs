#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn read() -> Result<String> {
    Ok(std::fs::read_to_string("orders.csv")?)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let text = read().await?;
    let begun = ctx.now();
    info!("{text} {begun}");
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
