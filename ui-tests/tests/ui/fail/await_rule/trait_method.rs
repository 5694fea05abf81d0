use dacapo::prelude::*;

trait Rates {
    async fn rate(&self, amount: u64) -> u64;
}

struct Euro;

impl Rates for Euro {
    async fn rate(&self, amount: u64) -> u64 {
        amount
    }
}

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let rate = Euro.rate(count).await; // ERROR
    Ok(charge(rate).await? + ctx.instance_id().len() as u64)
}

fn main() {}
