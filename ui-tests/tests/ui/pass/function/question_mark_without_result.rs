#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(amount: u64) -> Result<u64> {
    Ok(charge(amount).await?)
}

fn main() {}
