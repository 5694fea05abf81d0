#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow(version = "2")]
async fn charge() {}

fn main() {}
