use dacapo::prelude::*;

struct Bank;

impl Bank {
    #[activity]
    async fn charge(amount: u64) -> u64 { // ERROR // ERROR // ERROR // ERROR: all of them the compiler's own
        amount
    }
}

fn main() {}
