#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow(name = "order")]
async fn charge() {}

fn main() {}
