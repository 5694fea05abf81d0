#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity(retry(max_attempts = 2, first_interval = "1s"))]
async fn charge() {}

fn main() {}
