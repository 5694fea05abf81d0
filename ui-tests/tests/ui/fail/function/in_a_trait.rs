use dacapo::prelude::*;

trait Bank {
    #[activity]
    async fn charge(&self, amount: u64) -> u64; // ERROR
}

fn main() {}
