use dacapo::prelude::*;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts")
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _amount = runtime().block_on(async { 7 }); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
