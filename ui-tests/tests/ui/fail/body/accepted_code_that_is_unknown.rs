use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    #[accept(DC9999, reason = "a guess")] // ERROR
    let _now = ctx.now();
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
