use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let out = std::io::stdout(); // ERROR
    drop(out);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
