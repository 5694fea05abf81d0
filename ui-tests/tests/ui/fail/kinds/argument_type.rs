use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order() -> Result<u64> {
    Ok(charge("1").await?) // ERROR
}

fn main() {}
