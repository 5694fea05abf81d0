use dacapo::prelude::*;

#[activity(latest)] // ERROR
async fn charge() {}

fn main() {}
