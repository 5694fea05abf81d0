use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[durable]
async fn charge_for_ever(amount: u64) -> Result<()> {
    loop { // ERROR
        charge(amount).await?;
    }
}

#[workflow]
async fn order(amount: u64) -> Result<()> {
    charge_for_ever(amount).await
}

fn main() {}
