use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(amount: u64) -> u64 {
    charge(amount).await? // ERROR
}

fn main() {}
