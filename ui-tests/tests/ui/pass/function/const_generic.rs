#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(items: [u64; 3]) -> usize {
    items.len()
}

fn main() {}
