#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[activity]
async fn check_stock(amount: u64) -> bool {
    amount > 0
}

#[durable]
async fn settle(amount: &u64) -> Result<u64> {
    Ok(charge(*amount).await?)
}

#[workflow(locked = "efc2d8ccae81a855")]
async fn order(amount: u64) -> Result<u64> {
    let doubled = amount * 2;
    check_stock(doubled).await?;
    settle(&doubled).await
}
