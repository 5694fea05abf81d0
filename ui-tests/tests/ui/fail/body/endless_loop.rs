use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    loop { // ERROR
        charge(count).await?;
        ctx.create_timer(Duration::from_secs(60)).await;
    }
}

fn main() {}
