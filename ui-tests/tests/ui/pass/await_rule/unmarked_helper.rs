#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[durable]
async fn total(items: &[String]) -> u64 {
    items.len() as u64
}

#[activity]
async fn ship(item: String) -> u64 {
    item.len() as u64
}

#[workflow]
async fn order(ctx: &WorkflowContext, items: Vec<String>) -> Result<u64> {
    let n = total(&items).await;
    let _more = n + 1;
    Ok(items.len() as u64 + ctx.instance_id().len() as u64)
}

fn main() {}
