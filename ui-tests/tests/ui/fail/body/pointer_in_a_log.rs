use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    debug!(at = %format_args!("{:p}", &count), "here"); // ERROR
    let text = format!("{:#p}", &count); // ERROR
    drop(text);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
