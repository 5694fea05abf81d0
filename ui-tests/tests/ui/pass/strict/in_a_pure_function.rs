#![deny(warnings)]
#![allow(dead_code)]

use dacapo::pure;

#[pure]
fn rate() -> u64 {
    7
}

#[pure]
fn price(count: u64) -> u64 {
    count * rate()
}
