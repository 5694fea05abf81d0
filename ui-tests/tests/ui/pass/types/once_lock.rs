#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

const LIMIT: Option<u64> = Some(7);

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let limit = LIMIT.unwrap_or(count);
    Ok(limit + ctx.instance_id().len() as u64)
}

fn main() {}
