use dacapo::prelude::*;

#[activity(retry(max_attempts = 3, backoff = "2"))] // ERROR
async fn charge() {}

fn main() {}
