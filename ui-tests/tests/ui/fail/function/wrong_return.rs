use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    amount // ERROR
}

#[workflow]
async fn order(amount: u64) -> Result<String> {
    Ok(charge(amount).await?) // ERROR
}

fn main() {}
