use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let first = std::env::args().nth(1); // ERROR
    let build = env!("CARGO_PKG_NAME"); // ERROR
    drop((first, build));
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
