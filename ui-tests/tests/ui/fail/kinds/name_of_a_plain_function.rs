use dacapo::prelude::*;

async fn charge(amount: u64) -> u64 {
    amount
}

fn shown() -> &'static str {
    charge.name() // ERROR
}

fn main() {}
