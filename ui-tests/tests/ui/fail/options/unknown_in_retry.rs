use dacapo::prelude::*;

#[activity(retry(attempts = 3, max_attempts = 3))] // ERROR
async fn charge() {}

fn main() {}
