#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;
use dacapo::testing::TestEnv;

#[activity]
async fn charge(amount: u64) -> Result<String> {
    Ok(format!("charged {amount}"))
}

fn main() {
    let env = TestEnv::new();
    env.mock(charge, |amount: u64| async move { Ok(amount.to_string()) });
}
