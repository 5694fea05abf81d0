#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[durable]
async fn settle(ctx: &WorkflowContext) -> String {
    ctx.instance_id().to_owned()
}

fn main() {}
