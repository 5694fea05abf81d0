use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[activity]
async fn check_stock(amount: u64) -> bool {
    amount > 0
}

#[durable]
async fn settle(amount: &u64) -> Result<u64> {
    Ok(charge(*amount).await?)
}

#[workflow(locked = "0123456789abcdef")] // ERROR
async fn order(amount: u64) -> Result<u64> {
    check_stock(amount).await?;
    settle(&amount).await
}

fn main() {}
