use dacapo::prelude::*;

const APPROVAL: Event<bool> = Event::new("approval");

#[activity]
async fn approved() -> Result<bool> {
    Ok(APPROVAL.recv().await?) // ERROR
}

fn main() {}
