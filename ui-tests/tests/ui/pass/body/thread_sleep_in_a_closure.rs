#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let pause = async move || ctx.create_timer(Duration::from_secs(1)).await;
    pause().await;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
