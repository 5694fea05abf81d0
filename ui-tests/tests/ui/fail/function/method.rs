use dacapo::prelude::*;

struct Bank;

impl Bank {
    #[activity]
    async fn charge(&self, amount: u64) -> u64 { // ERROR
        amount
    }

    #[workflow]
    async fn order(self) {} // ERROR
}

fn main() {}
