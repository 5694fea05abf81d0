#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity(retry(max_attempts = 3, timeout = "10s"))]
async fn charge() {}

fn main() {}
