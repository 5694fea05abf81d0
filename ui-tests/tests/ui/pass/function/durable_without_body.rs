#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity(app = "bank")]
async fn settle(amount: u64) -> Result<()>;

#[workflow]
async fn order() -> Result<()> {
    settle(1).await?;
    Ok(())
}

fn main() {}
