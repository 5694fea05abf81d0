use dacapo::prelude::*;

async fn fetch(count: u64) -> Result<u64> {
    Ok(count)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let found = (0..count).map(fetch).buffered(2).await; // ERROR
    Ok(found.len() as u64 + ctx.instance_id().len() as u64)
}

fn main() {}
