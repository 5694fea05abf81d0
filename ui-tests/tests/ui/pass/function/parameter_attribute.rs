#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(#[allow(unused_variables)] amount: u64) -> u64 {
    0
}

fn main() {}
