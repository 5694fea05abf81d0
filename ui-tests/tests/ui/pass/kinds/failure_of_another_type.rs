#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[derive(Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
enum PaymentError {
    #[error("declined")]
    Declined,
}

#[activity]
async fn charge(amount: u64) -> Result<u64, PaymentError> {
    Ok(amount)
}

#[workflow]
async fn order(amount: u64) -> Result<u64> {
    match charge(amount).await {
        Err(failure) if failure.error() == Some(&PaymentError::Declined) => Ok(0),
        other => Ok(other?),
    }
}

fn main() {}
