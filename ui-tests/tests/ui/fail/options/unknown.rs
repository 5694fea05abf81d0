use dacapo::prelude::*;

#[activity(nam = "pay")] // ERROR
async fn charge() {}

fn main() {}
