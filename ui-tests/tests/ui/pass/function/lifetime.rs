#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn notify(message: String) {
    drop(message);
}

fn main() {}
