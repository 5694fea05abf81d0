#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;
use std::collections::BTreeMap;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64, waiting: BTreeMap<u64, u64>) -> Result<u64> {
    let mut waiting = waiting;
    while let Some((id, amount)) = waiting.pop_first() {
        charge(id + amount).await?;
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
