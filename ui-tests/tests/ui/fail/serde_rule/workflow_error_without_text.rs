use dacapo::prelude::*;

struct Rejected;

#[workflow]
async fn order(amount: u64) -> Result<u64, Rejected> { // ERROR
    if amount > 7 { Err(Rejected) } else { Ok(amount) }
}

fn main() {}
