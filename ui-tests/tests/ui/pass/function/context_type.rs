#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(ctx: &ActivityContext) -> String {
    ctx.task_execution_id().to_owned()
}

#[workflow]
async fn order(ctx: &WorkflowContext) -> Result<String> {
    Ok(ctx.instance_id().to_owned())
}

fn main() {}
