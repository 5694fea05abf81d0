use dacapo::prelude::*;

#[workflow(app = "")] // ERROR
async fn charge() {}

fn main() {}
