#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn fetch(count: u64) -> Result<u64> {
    Ok(count)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let found = fetch(count).timeout(Duration::from_secs(1)).await;
    drop(found);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
