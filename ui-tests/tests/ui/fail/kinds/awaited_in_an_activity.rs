use dacapo::prelude::*;

#[activity]
async fn charge() {}

#[activity]
async fn twice() -> Result<()> {
    charge().await; // ERROR
    Ok(())
}

fn main() {}
