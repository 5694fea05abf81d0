#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge() {}

#[workflow]
async fn twice() -> Result<()> {
    charge().await?;
    charge().await?;
    Ok(())
}

fn main() {}
