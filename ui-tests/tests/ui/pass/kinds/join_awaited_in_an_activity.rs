#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[durable]
async fn charge_both() -> Result<u64> {
    let (a, b) = (charge(1), charge(2)).await;
    Ok(a? + b?)
}

fn main() {}
