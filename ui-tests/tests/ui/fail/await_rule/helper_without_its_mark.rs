use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

async fn charge_twice(amount: u64) -> Result<u64> {
    Ok(charge(amount).await? * 2) // ERROR
}

#[workflow]
async fn order(amount: u64) -> Result<u64> {
    charge_twice(amount).await // ERROR
}

fn main() {}
