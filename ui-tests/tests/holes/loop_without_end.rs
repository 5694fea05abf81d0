//! An endless loop that could end in theory.

use dacapo::prelude::*;

#[activity]
async fn poll() {}

#[workflow]
async fn order(forever: bool) -> Result<()> {
    while forever {
        poll().await?;
    }
    Ok(())
}
