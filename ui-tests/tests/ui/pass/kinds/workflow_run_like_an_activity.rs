#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

async fn check() {
    charge.run(&ActivityContext::test(), (1,)).await;
}

fn main() {}
