use dacapo::prelude::*;

#[activity(retry(max_attempts = -1))] // ERROR
async fn charge() {}

fn main() {}
