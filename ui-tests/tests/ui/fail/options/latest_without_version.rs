use dacapo::prelude::*;

#[workflow(latest)] // ERROR
async fn charge() {}

fn main() {}
