use dacapo::prelude::*;

#[activity(version = "2")] // ERROR
async fn charge() {}

fn main() {}
