use dacapo::prelude::*;

#[activity(retry(max_attempts = 3, first_interval = "1.5s"))] // ERROR
async fn charge() {}

fn main() {}
