use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let next = |count| order(count).continue_as_new(); // ERROR
    next(count).await
}

fn main() {}
