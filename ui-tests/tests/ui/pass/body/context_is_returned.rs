#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> String {
    info!("{count}");
    ctx.instance_id().to_owned()
}

fn main() {}
