#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

fn rate() -> u64 {
    7
}

#[workflow(strict, trust(rate))]
async fn order(count: u64) -> u64 {
    count * rate()
}
