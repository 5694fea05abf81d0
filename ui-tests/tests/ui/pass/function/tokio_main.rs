#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(amount: u64) -> u64 {
    amount
}

fn main() {}
