use dacapo::prelude::*;

struct Approval {
    approved: bool,
}

const APPROVAL: Event<Approval> = Event::new("approval");

#[workflow]
async fn order() -> Result<bool> {
    Ok(APPROVAL.recv().await?.approved) // ERROR
}

fn main() {}
