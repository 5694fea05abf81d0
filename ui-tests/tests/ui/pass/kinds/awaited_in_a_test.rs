#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[tokio::main(flavor = "current_thread")]
async fn check() {
    assert_eq!(charge.run(&ActivityContext::test(), (1,)).await, 1);
}

fn main() {}
