#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

fn later() -> impl Durable<Output = std::result::Result<u64, Failure<std::convert::Infallible>>> {
    ship("a".into())
}

#[activity]
async fn ship(item: String) -> u64 {
    item.len() as u64
}

#[workflow]
async fn order(ctx: &WorkflowContext, items: Vec<String>) -> Result<u64> {
    let later = later();
    later.await?;
    Ok(items.len() as u64 + ctx.instance_id().len() as u64)
}

fn main() {}
