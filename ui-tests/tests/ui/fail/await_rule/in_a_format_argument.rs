use dacapo::prelude::*;

async fn fetch(item: &str) -> usize {
    item.len()
}

#[activity]
async fn ship(item: String) -> u64 {
    item.len() as u64
}

#[workflow]
async fn order(ctx: &WorkflowContext, items: Vec<String>) -> Result<u64> {
    let text = format!("length {}", fetch("a").await); // ERROR
    info!("{text}");
    Ok(items.len() as u64 + ctx.instance_id().len() as u64)
}

fn main() {}
