//! Whether a body returns a `Result` is told by its type: aliases, plain values and nested results.
#![deny(warnings)]

use dacapo::prelude::*;

#[derive(Debug)]
struct Declined;

impl std::fmt::Display for Declined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("declined")
    }
}

impl std::error::Error for Declined {}

type PayResult = std::result::Result<u64, Declined>;

#[activity]
async fn pay(amount: u64) -> PayResult {
    if amount == 0 { Err(Declined) } else { Ok(amount) }
}

#[activity]
async fn plain(amount: u64) -> u64 {
    amount
}

#[activity]
async fn nothing() {}

#[activity]
async fn maybe(amount: u64) -> Option<u64> {
    Some(amount)
}

#[workflow]
async fn order() -> Result<u64> {
    let paid: std::result::Result<u64, Failure<Declined>> = pay(1).await;
    let plain: u64 = plain(2).await?;
    let maybe: Option<u64> = maybe(3).await?;
    nothing().await?;
    Ok(paid.unwrap_or(0) + plain + maybe.unwrap_or(0))
}

fn main() {}
