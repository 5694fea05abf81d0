use dacapo::prelude::*;

#[workflow(versoin = "2")] // ERROR
async fn charge() {}

fn main() {}
