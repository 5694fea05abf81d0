use dacapo::prelude::*;

#[activity(retry(max_attempts = 3, timeout = "10"))] // ERROR
async fn charge() {}

fn main() {}
