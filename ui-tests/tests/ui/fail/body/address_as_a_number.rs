use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let at = std::ptr::from_ref(&count) as usize; // ERROR
    Ok(at as u64 + ctx.instance_id().len() as u64)
}

fn main() {}
