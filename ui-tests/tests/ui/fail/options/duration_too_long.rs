use dacapo::prelude::*;

#[activity(retry(max_attempts = 3, timeout = "999999999999999999d"))] // ERROR
async fn charge() {}

fn main() {}
