#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(count: u64) -> Result<u64> {
    let next = next(count).await;
    order(next).continue_as_new().await
}

#[durable]
async fn next(count: u64) -> u64 {
    count + 1
}

fn main() {}
