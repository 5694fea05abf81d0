#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

struct Bank(u64);

#[activity]
async fn rate(bank: State<Bank>) -> u64 {
    bank.0
}

fn main() {}
