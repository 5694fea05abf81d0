#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn ship(item: String) -> u64 {
    item.len() as u64
}

#[workflow]
async fn order(ctx: &WorkflowContext, items: Vec<String>) -> Result<u64> {
    let text = format!("length {}", ship("a".into()).await?);
    info!("{text}");
    Ok(items.len() as u64 + ctx.instance_id().len() as u64)
}

fn main() {}
