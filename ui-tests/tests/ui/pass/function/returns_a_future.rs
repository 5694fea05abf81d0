#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order() -> u64 {
    std::future::ready(7).await
}

fn main() {}
