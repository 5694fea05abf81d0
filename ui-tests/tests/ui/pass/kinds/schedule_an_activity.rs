#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[activity(app = "risk")]
async fn score(customer: u64) -> f64;

#[workflow]
async fn rated(customer: u64) -> Result<f64> {
    charge(1).await?;
    Ok(score(customer).await?)
}

async fn start(client: Client) -> Result<()> {
    client.schedule(rated(1)).await?;
    Ok(())
}
