#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

const APPROVAL: Event<bool> = Event::new("approval");

#[workflow]
async fn order() -> Result<u64> {
    let approved: bool = APPROVAL.recv().await?;
    Ok(u64::from(approved))
}

fn main() {}
