use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow(version = "2", latest)]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    if ctx.is_patched("double") { // ERROR
        charge(2).await?;
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
