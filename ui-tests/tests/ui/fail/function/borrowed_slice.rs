use dacapo::prelude::*;

#[workflow]
async fn total(amounts: &[u64]) -> u64 { // ERROR
    amounts.iter().sum()
}

fn main() {}
