use dacapo::prelude::*;

fn total() -> std::sync::Arc<tokio::sync::Mutex<u64>> {
    std::sync::Arc::default()
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let total = total();
    let held = total.lock().await; // ERROR
    Ok(count + *held + ctx.instance_id().len() as u64)
}

fn main() {}
