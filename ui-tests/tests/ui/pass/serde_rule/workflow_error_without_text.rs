#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[derive(Debug, thiserror::Error)]
#[error("rejected")]
struct Rejected;

#[workflow]
async fn order(amount: u64) -> Result<u64, Rejected> {
    if amount > 7 { Err(Rejected) } else { Ok(amount) }
}

fn main() {}
