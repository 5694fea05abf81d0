use dacapo::prelude::*;

#[activity]
fn charge(amount: u64) -> u64 { // ERROR
    amount
}

#[workflow]
async fn order() -> Result<u64> {
    Ok(charge(1).await?)
}

fn main() {}
