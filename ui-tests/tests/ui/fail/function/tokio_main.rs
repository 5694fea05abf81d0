use dacapo::prelude::*;

#[workflow]
#[tokio::main] // ERROR
async fn order(amount: u64) -> u64 {
    amount
}

fn main() {}
