use dacapo::prelude::*;
use tokio::time::sleep as nap;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    select! {
        paid = charge(count) => paid?,
        () = nap(Duration::from_secs(1)) => 0, // ERROR
    };
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
