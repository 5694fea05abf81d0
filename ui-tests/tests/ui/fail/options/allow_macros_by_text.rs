use dacapo::prelude::*;

#[workflow(allow_macros = "twice")] // ERROR
async fn charge() {}

fn main() {}
