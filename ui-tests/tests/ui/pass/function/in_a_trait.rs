#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity(app = "bank")]
async fn charge(amount: u64) -> u64;

fn main() {}
