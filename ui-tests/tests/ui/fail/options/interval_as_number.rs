use dacapo::prelude::*;

#[activity(retry(max_attempts = 3, first_interval = 5))] // ERROR
async fn charge() {}

fn main() {}
