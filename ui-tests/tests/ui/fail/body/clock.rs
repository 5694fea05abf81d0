use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _now = std::time::SystemTime::now(); // ERROR
    let _later = Some(count).map(|_| std::time::Instant::now()); // ERROR
    info!("{:?}", std::time::SystemTime::now()); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
