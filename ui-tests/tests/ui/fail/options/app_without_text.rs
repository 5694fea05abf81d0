use dacapo::prelude::*;

#[activity(app)] // ERROR
async fn charge() {}

fn main() {}
