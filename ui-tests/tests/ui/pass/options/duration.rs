#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity(retry(max_attempts = 3, first_interval = "1s500ms"))]
async fn charge() {}

fn main() {}
