use dacapo::prelude::*;

#[durable]
async fn settle(amount: u64) -> Result<()>; // ERROR

fn main() {}
