#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity(name = "a")]
async fn charge() {}

fn main() {}
