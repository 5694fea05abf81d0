use dacapo::prelude::*;

#[activity]
#[tokio::test] // ERROR
async fn charge() {}

fn main() {}
