#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[derive(Debug)]
struct Declined;

impl std::fmt::Display for Declined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("declined")
    }
}

#[activity]
async fn charge() -> Result<(), Declined> {
    Err(Declined)
}

fn main() {}
