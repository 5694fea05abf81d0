#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

const APPROVAL: Event<bool> = Event::new("approval");

#[workflow]
async fn order() -> Result<bool> {
    Ok(APPROVAL.recv().await?)
}

async fn approve(client: Client) -> Result<()> {
    client.run(order, "order-1").raise(APPROVAL, true).await?;
    Ok(())
}

fn main() {}
