use dacapo::prelude::*;

#[activity(name = 5)] // ERROR
async fn charge() {}

fn main() {}
