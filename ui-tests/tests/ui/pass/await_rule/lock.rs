#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn total(total: State<tokio::sync::Mutex<u64>>) -> u64 {
    *total.lock().await
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let held = total().await?;
    Ok(count + held + ctx.instance_id().len() as u64)
}

fn main() {}
