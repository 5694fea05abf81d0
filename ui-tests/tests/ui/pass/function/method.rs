#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

struct Bank;

#[activity]
async fn charge(bank: State<Bank>, amount: u64) -> u64 {
    let _ = &*bank;
    amount
}

#[workflow]
async fn order() -> Result<u64> {
    Ok(charge(1).await?)
}

fn main() {}
