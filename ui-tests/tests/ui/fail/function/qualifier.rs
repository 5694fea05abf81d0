use dacapo::prelude::*;

#[activity]
async unsafe fn charge(amount: u64) -> u64 { // ERROR
    amount
}

#[workflow]
async extern "C" fn order() -> Result<u64> { // ERROR
    Ok(charge(1).await?)
}

fn main() {}
