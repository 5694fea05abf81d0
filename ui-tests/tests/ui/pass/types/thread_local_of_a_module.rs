#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;
use std::cell::Cell;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let seen = Cell::new(7).get();
    Ok(count + seen + ctx.instance_id().len() as u64)
}

fn main() {}
