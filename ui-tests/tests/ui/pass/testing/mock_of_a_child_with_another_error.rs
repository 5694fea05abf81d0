#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;
use dacapo::testing::TestEnv;

#[activity]
async fn charge(amount: u64) -> Result<String> {
    Ok(format!("charged {amount}"))
}

#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
#[error("lost")]
struct Lost;

#[workflow]
async fn deliver(address: String) -> Result<u32, Lost> {
    if address.is_empty() { Err(Lost) } else { Ok(1) }
}

fn main() {
    let env = TestEnv::new();
    env.mock(deliver, |_: String| async move { Err(Lost) });
    let _ = charge(1);
}
