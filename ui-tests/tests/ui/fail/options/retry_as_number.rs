use dacapo::prelude::*;

#[activity(retry = 3)] // ERROR
async fn charge() {}

fn main() {}
