#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(amount: u64) -> Result<String> {
    Ok(charge(amount).await?.to_string())
}

fn main() {}
