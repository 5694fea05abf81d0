//! An endless loop that could end in theory.

use dacapo::prelude::*;

#[activity]
async fn poll() {}

fn is_over() -> bool {
    false
}

#[workflow]
async fn order() -> Result<()> {
    while !is_over() {
        poll().await?;
    }
    Ok(())
}
