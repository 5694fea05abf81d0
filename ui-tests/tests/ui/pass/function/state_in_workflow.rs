#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

struct Rates(Vec<u64>);

#[activity]
async fn rate(rates: State<Rates>) -> u64 {
    rates.0[0]
}

#[workflow]
async fn order(amount: u64) -> Result<u64> {
    Ok(amount * rate().await?)
}

fn main() {}
