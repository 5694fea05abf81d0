use dacapo::prelude::*;

async fn ready(count: u64) -> bool {
    count > 7
}

async fn fetch(count: u64) -> u64 {
    count
}

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    if ready(count).await { // ERROR
        charge(fetch(1).await).await?; // ERROR
    }
    while ready(count).await {} // ERROR
    match fetch(count).await { // ERROR
        0 => charge(1).await?,
        found => found,
    };
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
