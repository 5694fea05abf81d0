use dacapo::prelude::*;

#[activity("pay")] // ERROR
async fn charge() {}

fn main() {}
