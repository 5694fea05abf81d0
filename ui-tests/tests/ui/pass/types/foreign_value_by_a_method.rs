#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn read() -> Vec<String> {
    Vec::new()
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _lines = read().await?;
    let _begun = ctx.now();
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
