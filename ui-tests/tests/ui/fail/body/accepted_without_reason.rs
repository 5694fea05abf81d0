use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    #[accept(DC0201)] // ERROR
    let _now = std::time::SystemTime::now();
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
