#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[derive(Serialize, Deserialize)]
struct Receipt {
    id: u64,
}

#[activity]
async fn charge(id: u64) -> Result<Receipt> {
    Ok(Receipt { id })
}

#[workflow]
async fn process() -> Result<u64> {
    Ok(charge(1).await?.id)
}

fn main() {}
