use dacapo::prelude::*;

#[activity(retry(max_attempts = 3, timeout = "2w"))] // ERROR
async fn charge() {}

fn main() {}
