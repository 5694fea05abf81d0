use dacapo::prelude::*;

#[allow(unused_macros)]
macro_rules! yields {
    ($e:expr) => {
        $e
    };
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow(allow_macros(yields))]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _both = (charge(1), charge(2)).await;
    let _one = std::future::ready(count).await;
    yields!(std::future::pending::<()>().await); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
