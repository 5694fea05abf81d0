use dacapo::prelude::*;

#[activity]
async fn add((a, b): (u64, u64)) -> u64 { // ERROR
    a + b
}

#[workflow]
async fn order(_: u64) -> Result<u64> { // ERROR
    Ok(add((1, 2)).await?)
}

fn main() {}
