use dacapo::prelude::*;

macro_rules! money {
    ($amount:expr) => {
        $amount * 100
    };
}

const PRICE: u64 = money!(5);

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow(allow_macros(money, info))] // ERROR // ERROR
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    info!("{PRICE}");
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
