#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[derive(Serialize, Deserialize)]
struct Score {
    points: f64,
}

#[activity(app = "risk")]
async fn score(customer: u64) -> Score;

#[workflow]
async fn process() -> Result<f64> {
    Ok(score(1).await?.points)
}

fn main() {}
