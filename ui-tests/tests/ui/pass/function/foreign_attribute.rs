#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
#[doc = "Charges."]
#[cfg(not(any()))]
#[allow(clippy::unused_async)]
async fn charge(amount: u64) -> u64 {
    doubled(amount)
}

#[inline]
fn doubled(amount: u64) -> u64 {
    amount * 2
}

#[workflow]
#[must_use = "as calls are"]
async fn order() -> Result<u64> {
    Ok(charge(1).await?)
}

fn main() {}
