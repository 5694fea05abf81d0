use dacapo::prelude::*;

fn placed() -> std::time::SystemTime {
    std::time::UNIX_EPOCH
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let age = placed().elapsed(); // ERROR
    drop(age);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
