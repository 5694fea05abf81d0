#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn mine() {}

fn name() -> &'static str {
    mine.name()
}
