#![deny(warnings)]
#![allow(dead_code)]

use dacapo::{durable, pure};

#[pure]
fn price(count: u64) -> u64 {
    count
}

#[durable]
async fn later(count: u64) -> u64 {
    count
}
