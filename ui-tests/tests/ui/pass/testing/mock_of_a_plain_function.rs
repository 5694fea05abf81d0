#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;
use dacapo::testing::TestEnv;

#[activity]
async fn charge(amount: u64) -> Result<String> {
    Ok(format!("charged {amount}"))
}

#[activity]
async fn price(pieces: u64) -> u64 {
    pieces * 5
}

fn main() {
    let env = TestEnv::new();
    env.mock(price, |pieces: u64| async move { pieces });
    let _ = charge(1);
}
