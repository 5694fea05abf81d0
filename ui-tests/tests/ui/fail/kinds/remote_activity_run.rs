use dacapo::prelude::*;

#[activity(app = "risk")]
async fn score(customer: u64) -> f64;

async fn check() {
    score.run(&ActivityContext::test(), (1,)).await; // ERROR
}

fn main() {}
