#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

macro_rules! money {
    ($amount:expr) => {
        $amount * 100
    };
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow(allow_macros(money))]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    info!("{}", money!(5));
    Ok(count + ctx.instance_id().len() as u64)
}
