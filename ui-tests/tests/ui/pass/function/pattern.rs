#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn add(terms: (u64, u64)) -> u64 {
    let (a, b) = terms;
    a + b
}

#[workflow]
async fn order(_id: u64) -> Result<u64> {
    Ok(add((1, 2)).await?)
}

fn main() {}
