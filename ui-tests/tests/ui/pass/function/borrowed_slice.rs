#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn total(amounts: Vec<u64>) -> u64 {
    amounts.iter().sum()
}

fn main() {}
