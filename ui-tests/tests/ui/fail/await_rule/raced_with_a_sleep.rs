use dacapo::prelude::*;
use tokio::time::sleep as nap;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    match race((charge(count), nap(Duration::from_secs(1)))).await { // ERROR
        OneOf2::First(paid) => paid?,
        OneOf2::Second(()) => 0,
    };
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
