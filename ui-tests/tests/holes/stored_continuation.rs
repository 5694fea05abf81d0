//! Continuing as another workflow by a stored call.

use dacapo::prelude::*;

#[workflow]
async fn other(count: u64) -> Result<u64> {
    Ok(count)
}

#[workflow]
async fn order(count: u64) -> Result<u64> {
    let next = other(count);
    return next.continue_as_new().await;
}
