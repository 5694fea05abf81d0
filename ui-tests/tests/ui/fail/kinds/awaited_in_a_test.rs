use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[tokio::main(flavor = "current_thread")]
async fn check() {
    assert_eq!(charge(1).await, 1); // ERROR
}

fn main() {}
