#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order() -> Result<u64> {
    Ok(7)
}

async fn run(client: Client) -> Result<()> {
    let paid = client.schedule(order()).await?.result().await?;
    info!("{paid}");
    Ok(())
}

fn main() {}
