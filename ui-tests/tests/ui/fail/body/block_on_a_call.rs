use dacapo::prelude::*;

mod futures_executor {
    pub fn block_on<T>(_: T) {}
}

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let paid = futures_executor::block_on(charge(1)); // ERROR
    drop(paid);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
