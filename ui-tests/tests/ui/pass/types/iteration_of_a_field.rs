#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;
use std::collections::BTreeMap;

#[derive(Default)]
struct Shop {
    stock: BTreeMap<String, u64>,
}

fn shop() -> Shop {
    Shop::default()
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    for (item, count) in &shop().stock {
        info!("{item} {count}");
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
