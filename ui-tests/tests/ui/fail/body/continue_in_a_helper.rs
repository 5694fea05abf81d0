use dacapo::prelude::*;

#[workflow]
async fn order(count: u64) -> Result<u64> {
    next(count).await
}

#[durable]
async fn next(count: u64) -> Result<u64> {
    order(count + 1).continue_as_new().await // ERROR
}

fn main() {}
