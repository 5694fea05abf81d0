use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> &WorkflowContext { // ERROR
    info!("{count}");
    ctx
}

fn main() {}
