use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    tokio::time::sleep(Duration::from_secs(1)).await; // ERROR
    std::thread::sleep(Duration::from_secs(1)); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
