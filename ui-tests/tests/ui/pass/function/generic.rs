#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn store(value: u64) -> Result<()> {
    let _ = value;
    Ok(())
}

#[workflow]
async fn order() -> Result<()> {
    store(1).await?;
    Ok(())
}

fn main() {}
