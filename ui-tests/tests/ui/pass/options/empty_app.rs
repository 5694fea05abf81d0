#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow(app = "bank")]
async fn charge() {}

fn main() {}
