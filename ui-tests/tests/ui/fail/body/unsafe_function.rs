use dacapo::prelude::*;

unsafe fn first_of(counts: &[u64]) -> u64 {
    counts[0]
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let first = unsafe { first_of(&[count]) }; // ERROR
    Ok(first + ctx.instance_id().len() as u64)
}

fn main() {}
