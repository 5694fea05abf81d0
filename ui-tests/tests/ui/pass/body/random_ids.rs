#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _id = ctx.new_uuid();
    let _other = Some(count).map(|_| ctx.new_uuid());
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
