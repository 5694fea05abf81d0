use dacapo::prelude::*;

#[allow(unused_macros)]
macro_rules! twice {
    ($n:expr) => {
        $n + $n
    };
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _amount = twice!(count); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
