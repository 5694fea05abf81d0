#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[derive(Serialize, Deserialize)]
struct Receipt {
    id: u64,
}

#[workflow]
async fn order(id: u64) -> Result<Receipt> {
    Ok(Receipt { id })
}

fn main() {}
