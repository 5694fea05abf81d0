use dacapo::prelude::*;

#[durable]
async fn doubled(amount: u64) -> u64 {
    amount * 2
}

#[activity]
async fn charge(amount: u64) -> u64 {
    doubled(amount).await // ERROR
}

fn main() {}
