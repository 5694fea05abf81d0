use dacapo::prelude::*;

const APPROVAL: Event<bool> = Event::new("approval");

#[workflow]
async fn order() -> Result<u64> {
    let approved: u64 = APPROVAL.recv().await?; // ERROR
    Ok(approved)
}

fn main() {}
