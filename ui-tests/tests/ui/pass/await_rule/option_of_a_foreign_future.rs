#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn fetch(count: u64) -> u64 {
    count
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let found = Some(fetch(count)).await;
    drop(found);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
