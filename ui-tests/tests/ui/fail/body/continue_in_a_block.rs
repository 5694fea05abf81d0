use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let next = async { order(count).continue_as_new().await }; // ERROR
    next.await
}

fn main() {}
