#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity(crate = "::dacapo")]
async fn charge() {}

fn main() {}
