#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn show(count: u64) -> u64 {
    println!("{count}");
    count
}

fn main() {}
