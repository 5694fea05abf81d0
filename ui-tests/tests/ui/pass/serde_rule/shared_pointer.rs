#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(names: String) -> usize {
    names.len()
}

fn main() {}
