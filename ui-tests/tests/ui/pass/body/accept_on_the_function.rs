#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(count: u64) -> Result<u64> {
    #[accept(DC0212, reason = "a demonstration")]
    println!("{count}");
    Ok(count)
}

fn main() {}
