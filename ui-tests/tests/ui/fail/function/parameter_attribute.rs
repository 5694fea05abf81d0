use dacapo::prelude::*;

#[activity]
async fn charge(#[cfg(all())] amount: u64) -> u64 { // ERROR
    amount
}

fn main() {}
