use dacapo::prelude::*;

#[activity(retry(max_attempts = 3, first_interval = "2m", max_interval = "1m"))] // ERROR
async fn charge() {}

fn main() {}
