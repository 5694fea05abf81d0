use dacapo::prelude::*;

static LIMIT: std::sync::OnceLock<u64> = std::sync::OnceLock::new();

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let limit = LIMIT.get().copied().unwrap_or(count); // ERROR
    Ok(limit + ctx.instance_id().len() as u64)
}

fn main() {}
