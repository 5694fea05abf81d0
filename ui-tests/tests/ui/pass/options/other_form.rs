#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity(name = "5")]
async fn charge() {}

fn main() {}
