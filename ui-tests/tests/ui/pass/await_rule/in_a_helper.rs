#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[durable]
async fn settle(ctx: &WorkflowContext) {
    ctx.create_timer(Duration::from_secs(1)).await;
}

fn main() {}
