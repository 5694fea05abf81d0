#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity(name = "pay")]
async fn charge() {}

fn main() {}
