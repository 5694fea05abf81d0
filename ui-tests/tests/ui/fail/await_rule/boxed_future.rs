use dacapo::prelude::*;

fn later() -> std::pin::Pin<Box<dyn Future<Output = u64>>> {
    Box::pin(async { 7 })
}

#[activity]
async fn ship(item: String) -> u64 {
    item.len() as u64
}

#[workflow]
async fn order(ctx: &WorkflowContext, items: Vec<String>) -> Result<u64> {
    let later = later();
    later.await; // ERROR
    Ok(items.len() as u64 + ctx.instance_id().len() as u64)
}

fn main() {}
