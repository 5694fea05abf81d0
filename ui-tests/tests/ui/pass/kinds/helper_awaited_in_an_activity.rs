#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

fn doubled(amount: u64) -> u64 {
    amount * 2
}

#[activity]
async fn charge(amount: u64) -> u64 {
    doubled(amount)
}

fn main() {}
