use dacapo::prelude::*;

#[activity(crate = "not a path")] // ERROR
async fn charge() {}

fn main() {}
