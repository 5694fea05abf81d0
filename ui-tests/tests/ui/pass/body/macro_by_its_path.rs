#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

mod shop {
    pub(super) fn total(count: u64) -> u64 {
        count * 2
    }
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let total = shop::total(count);
    Ok(total + ctx.instance_id().len() as u64)
}

fn main() {}
