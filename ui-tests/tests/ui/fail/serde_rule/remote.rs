use dacapo::prelude::*;

struct Score {
    points: f64,
}

#[activity(app = "risk")]
async fn score(customer: u64) -> Score; // ERROR

#[workflow]
async fn process() -> Result<f64> {
    Ok(score(1).await?.points)
}

fn main() {}
