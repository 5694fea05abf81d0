#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(ctx: &ActivityContext, customer: u64, amount: u64) -> u64 {
    customer + amount + ctx.name().len() as u64
}

#[workflow]
async fn order(amount: u64) -> Result<u64> {
    Ok(charge(7, amount).await?)
}

fn main() {}
