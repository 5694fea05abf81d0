use dacapo::prelude::*;

#[activity]
#[inline] // ERROR
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
#[tracing::instrument] // ERROR
async fn order() -> Result<u64> {
    Ok(charge(1).await?)
}

fn main() {}
