#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(
    ctx: &WorkflowContext,
    count: u64,
    prices: std::collections::BTreeMap<String, u64>,
) -> Result<u64> {
    let dear: Vec<u64> = prices.values().copied().filter(|price| *price > count).collect();
    Ok(dear.len() as u64 + ctx.instance_id().len() as u64)
}

fn main() {}
