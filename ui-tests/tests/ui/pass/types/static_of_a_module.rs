#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

mod config {
    pub(super) static NEXT: u64 = 7;
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let next = config::NEXT;
    Ok(count + next + ctx.instance_id().len() as u64)
}

fn main() {}
