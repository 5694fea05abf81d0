#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

macro_rules! log_it {
    ($count:expr) => {
        info!("{}", $count)
    };
}

#[workflow(allow_macros(log_it))]
async fn order(count: u64) -> Result<u64> {
    log_it!(count);
    Ok(count)
}

fn main() {}
