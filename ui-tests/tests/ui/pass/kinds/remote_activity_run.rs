#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn score(customer: u64) -> f64 {
    customer as f64
}

async fn check() {
    score.run(&ActivityContext::test(), (1,)).await;
}

fn main() {}
