use dacapo::prelude::*;

struct Bank;

#[activity]
async fn charge(bank: &State<Bank>, amount: u64) -> u64 { // ERROR
    let _bank: &Bank = bank;
    amount
}

fn main() {}
