use dacapo::prelude::*;

#[activity]
async fn charge(ctx: ActivityContext) -> String { // ERROR
    ctx.task_execution_id().to_owned()
}

#[workflow]
async fn order(ctx: &ActivityContext) -> Result<String> { // ERROR
    Ok(ctx.instance_id().to_owned())
}

fn main() {}
