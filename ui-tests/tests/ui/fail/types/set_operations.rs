use dacapo::prelude::*;
use std::collections::HashSet;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64, ours: HashSet<u64>, theirs: HashSet<u64>) -> Result<u64> {
    let common: Vec<&u64> = ours.intersection(&theirs).collect(); // ERROR
    Ok(common.len() as u64 + count + ctx.instance_id().len() as u64)
}

fn main() {}
