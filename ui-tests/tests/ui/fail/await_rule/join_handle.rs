use dacapo::prelude::*;

fn start(n: u64) -> tokio::task::JoinHandle<u64> {
    tokio::spawn(async move { n })
}

#[activity]
async fn ship(item: String) -> u64 {
    item.len() as u64
}

#[workflow]
async fn order(ctx: &WorkflowContext, items: Vec<String>) -> Result<u64> {
    let handle = start(7);
    handle.await?; // ERROR
    Ok(items.len() as u64 + ctx.instance_id().len() as u64)
}

fn main() {}
