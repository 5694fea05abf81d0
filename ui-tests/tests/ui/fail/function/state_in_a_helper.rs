use dacapo::prelude::*;

struct Bank(u64);

#[durable]
async fn rate(bank: State<Bank>) -> u64 { // ERROR
    bank.0
}

fn main() {}
