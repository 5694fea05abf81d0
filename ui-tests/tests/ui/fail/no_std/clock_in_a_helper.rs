#![no_std]

use dacapo::prelude::*;

struct Order {
    placed: u64,
}

impl Order {
    fn age(&self) -> u64 {
        std::time::SystemTime::now().elapsed().map_or(0, |now| now.as_secs() - self.placed) // ERROR
    }
}

#[workflow]
async fn order(placed: u64) -> u64 {
    Order { placed }.age()
}

fn main() {}
