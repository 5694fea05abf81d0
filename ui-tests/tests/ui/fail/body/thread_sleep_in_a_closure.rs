use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let pause = || std::thread::sleep(Duration::from_secs(1)); // ERROR
    pause();
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
