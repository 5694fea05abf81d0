#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[durable]
async fn charge_often(amount: u64) -> Result<()> {
    for _ in 0..100 {
        charge(amount).await?;
    }
    Ok(())
}

#[workflow]
async fn order(amount: u64) -> Result<()> {
    charge_often(amount).await?;
    order(amount).continue_as_new().await
}

fn main() {}
