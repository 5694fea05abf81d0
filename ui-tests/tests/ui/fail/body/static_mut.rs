use dacapo::prelude::*;

static mut TOTAL: u64 = 0;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let count = unsafe { TOTAL } + count; // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
