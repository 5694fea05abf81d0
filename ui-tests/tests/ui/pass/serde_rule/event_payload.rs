#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[derive(Serialize, Deserialize)]
struct Approval {
    approved: bool,
}

const APPROVAL: Event<Approval> = Event::new("approval");

#[workflow]
async fn order() -> Result<bool> {
    Ok(APPROVAL.recv().await?.approved)
}

fn main() {}
