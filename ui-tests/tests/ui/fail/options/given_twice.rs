use dacapo::prelude::*;

#[activity(name = "a", name = "b")] // ERROR
async fn charge() {}

fn main() {}
