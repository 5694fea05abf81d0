#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

const APPROVAL: Event<bool> = Event::new("approval");

#[workflow]
async fn approved() -> Result<bool> {
    Ok(APPROVAL.recv().await?)
}

fn main() {}
