#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

const APPROVAL: Event<bool> = Event::new("approval");
const ANSWER: Event<String> = Event::new("answer");

#[activity(app = "risk")]
async fn score(amount: u64) -> f64;

#[durable(closed)]
async fn settle(amount: &u64) -> Result<u64> {
    Ok(charge(*amount).await?)
}

#[workflow(closed)]
async fn order(amount: u64) -> Result<u64> {
    score(amount).await?;
    if !APPROVAL.recv().await? || ANSWER.recv().await?.is_empty() {
        return Ok(0);
    }
    settle(&amount).await
}

dacapo::registry! {
    /// Everything about orders.
    pub ORDERS {
        functions: [order, charge],
        events: [APPROVAL: bool, ANSWER: String],
    }
}
