use dacapo::prelude::*;

#[workflow(version = "")] // ERROR
async fn charge() {}

fn main() {}
