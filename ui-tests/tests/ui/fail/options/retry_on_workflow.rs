use dacapo::prelude::*;

#[workflow(retry(max_attempts = 3))] // ERROR
async fn charge() {}

fn main() {}
