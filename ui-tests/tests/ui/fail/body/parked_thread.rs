use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    std::thread::park_timeout(Duration::from_secs(1)); // ERROR
    std::thread::yield_now(); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
