#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(ctx: &ActivityContext, amount: u64) -> String {
    format!("{amount} {}", ctx.task_execution_id())
}

#[workflow]
async fn order(ctx: &WorkflowContext) -> Result<bool> {
    Ok(ctx.instance_id().is_empty())
}

fn main() {}
