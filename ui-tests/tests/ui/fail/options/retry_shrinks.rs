use dacapo::prelude::*;

#[activity(retry(max_attempts = 3, backoff = 0.5))] // ERROR
async fn charge() {}

fn main() {}
