use dacapo::prelude::*;
use std::collections::HashMap;

#[derive(Default)]
struct Shop {
    stock: HashMap<String, u64>,
}

fn shop() -> Shop {
    Shop::default()
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    for (item, count) in &shop().stock { // ERROR
        info!("{item} {count}");
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
