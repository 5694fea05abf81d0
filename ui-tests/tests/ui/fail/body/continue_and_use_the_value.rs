use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let next: u64 = order(count).continue_as_new().await; // ERROR
    Ok(next + ctx.instance_id().len() as u64)
}

fn main() {}
