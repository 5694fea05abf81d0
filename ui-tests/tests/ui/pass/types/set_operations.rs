#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;
use std::collections::BTreeSet;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64, ours: BTreeSet<u64>, theirs: BTreeSet<u64>) -> Result<u64> {
    let common: Vec<&u64> = ours.intersection(&theirs).collect();
    Ok(common.len() as u64 + count + ctx.instance_id().len() as u64)
}

fn main() {}
