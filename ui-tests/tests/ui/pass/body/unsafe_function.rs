#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

fn first_of(counts: &[u64]) -> u64 {
    counts[0]
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let first = first_of(&[count]);
    Ok(first + ctx.instance_id().len() as u64)
}

fn main() {}
