use dacapo::prelude::*;

#[workflow(version = "2", latest = true)] // ERROR
async fn charge() {}

fn main() {}
