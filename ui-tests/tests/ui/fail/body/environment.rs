use dacapo::prelude::*;

#[activity]
async fn region() -> Result<String> {
    Ok(std::env::var("REGION")?)
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let region = std::env::var("REGION")?; // ERROR
    let _build = option_env!("REGION"); // ERROR
    let _ = region;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
