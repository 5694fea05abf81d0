#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

use dacapo::pure;

#[pure]
fn rate() -> u64 {
    7
}

#[workflow(strict)]
async fn order(count: u64) -> u64 {
    count * rate()
}
