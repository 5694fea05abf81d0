#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity(retry(max_attempts = 3, first_interval = "1m", max_interval = "2m"))]
async fn charge() {}

fn main() {}
