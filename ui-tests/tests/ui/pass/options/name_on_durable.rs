#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[durable]
async fn charge() {}

fn main() {}
