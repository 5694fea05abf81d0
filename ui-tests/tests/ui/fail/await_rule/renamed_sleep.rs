use dacapo::prelude::*;

use tokio::time::sleep as nap;

#[activity]
async fn ship(item: String) -> u64 {
    item.len() as u64
}

#[workflow]
async fn order(ctx: &WorkflowContext, items: Vec<String>) -> Result<u64> {
    nap(Duration::from_secs(1)).await; // ERROR
    ship("a".into()).await?;
    Ok(items.len() as u64 + ctx.instance_id().len() as u64)
}

fn main() {}
