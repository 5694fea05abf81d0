use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let later: Box<dyn Fn() -> Timestamp + Send> = Box::new(|| ctx.now()); // ERROR
    drop(later);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
