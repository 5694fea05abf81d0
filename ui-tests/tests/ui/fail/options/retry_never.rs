use dacapo::prelude::*;

#[activity(retry(max_attempts = 0))] // ERROR
async fn charge() {}

fn main() {}
