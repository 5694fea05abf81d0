#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow(version = "2", latest)]
async fn charge() {}

fn main() {}
