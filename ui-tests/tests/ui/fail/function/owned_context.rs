use dacapo::prelude::*;

#[durable]
async fn settle(ctx: WorkflowContext) -> String { // ERROR
    ctx.instance_id().to_owned()
}

fn main() {}
