#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity(app = "bank")]
async fn charge() {}

fn main() {}
