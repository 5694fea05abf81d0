use dacapo::prelude::*;

#[workflow(strict, trust(rate))] // ERROR
async fn order(count: u64) -> u64 {
    count
}

fn main() {}
