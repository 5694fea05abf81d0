use dacapo::prelude::*;

#[workflow]
async fn other(count: u64) -> Result<u64> {
    Ok(count)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let later = ctx.now() + Duration::from_secs(60);
    other(count).start_at(later).await; // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
