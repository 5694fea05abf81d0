use dacapo::prelude::*;

fn set() -> tokio::task::JoinSet<u64> {
    tokio::task::JoinSet::new()
}

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let mut set = set();
    while let Some(done) = set.join_next().await { // ERROR
        let _amount: u64 = done?;
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
