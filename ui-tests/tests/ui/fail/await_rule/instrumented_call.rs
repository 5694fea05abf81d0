use dacapo::prelude::*;
use tracing::Instrument as _;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let span = tracing::info_span!("paying");
    let paid = charge(count).instrument(span).await; // ERROR
    drop(paid);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
