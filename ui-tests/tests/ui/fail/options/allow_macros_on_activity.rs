use dacapo::prelude::*;

#[activity(allow_macros(json))] // ERROR
async fn charge() {}

fn main() {}
