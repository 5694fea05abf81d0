use dacapo::prelude::*;

fn give<T: Send>(_: T) {}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    give(async move { ctx.now() }); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
