use dacapo::prelude::*;

async fn fetch(count: u64) -> u64 {
    count
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let found = Some(count).map(fetch).await; // ERROR
    drop(found);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
