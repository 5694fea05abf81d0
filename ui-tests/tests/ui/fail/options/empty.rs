use dacapo::prelude::*;

#[activity(name = "")] // ERROR
async fn charge() {}

fn main() {}
