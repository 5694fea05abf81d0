#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity(retry(max_attempts = 3, first_interval = "5s"))]
async fn charge() {}

fn main() {}
