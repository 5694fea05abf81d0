#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(count: u64) -> u64 {
    count
}

#[workflow]
async fn orders() -> Result<u64> {
    Ok(order(1).retry(RetryPolicy::new(3)).await?)
}

async fn start(client: Client) -> Result<()> {
    client.schedule(orders()).await?;
    Ok(())
}
