#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity(retry(max_attempts = 3, timeout = "3650d"))]
async fn charge() {}

fn main() {}
