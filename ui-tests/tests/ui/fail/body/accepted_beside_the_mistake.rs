use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    #[accept(DC0212, reason = "a demonstration")] // ERROR
    info!("{count}");
    println!("{count}"); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
