use dacapo::prelude::*;

#[durable(name = "pay")] // ERROR
async fn charge() {}

fn main() {}
