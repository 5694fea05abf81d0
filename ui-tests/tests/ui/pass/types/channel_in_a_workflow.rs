#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let mut queue = std::collections::VecDeque::from([count]);
    Ok(queue.pop_front().unwrap_or(0) + ctx.instance_id().len() as u64)
}

fn main() {}
