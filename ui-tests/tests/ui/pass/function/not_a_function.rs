#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge() {}

mod orders {
    #[dacapo::workflow]
    pub async fn order() {}
}

fn main() {}
