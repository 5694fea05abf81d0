#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn fetch(count: u64) -> Result<u64> {
    Ok(count)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let found = all((0..count).map(fetch).collect::<Vec<_>>()).await?;
    Ok(found.len() as u64 + ctx.instance_id().len() as u64)
}

fn main() {}
