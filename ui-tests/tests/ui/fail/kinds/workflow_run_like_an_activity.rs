use dacapo::prelude::*;

#[workflow]
async fn order(amount: u64) -> u64 {
    amount
}

async fn check() {
    order.run(&ActivityContext::test(), (1,)).await; // ERROR
}

fn main() {}
