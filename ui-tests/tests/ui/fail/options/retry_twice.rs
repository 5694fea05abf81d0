use dacapo::prelude::*;

#[activity(retry(max_attempts = 3, max_attempts = 4))] // ERROR
async fn charge() {}

fn main() {}
