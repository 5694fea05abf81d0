use dacapo::prelude::*;

#[activity(retry(first_interval = "1s"))] // ERROR
async fn charge() {}

fn main() {}
