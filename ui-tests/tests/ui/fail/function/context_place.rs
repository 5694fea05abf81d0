use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64, ctx: &ActivityContext) -> String { // ERROR
    format!("{amount} {}", ctx.task_execution_id())
}

#[workflow]
async fn order(ctx: &WorkflowContext, other: &WorkflowContext) -> Result<bool> { // ERROR
    Ok(ctx.instance_id() == other.instance_id())
}

fn main() {}
