//! Numbers that differ between machines.

use dacapo::prelude::*;

#[workflow]
async fn order(angle: f64) -> Result<f64> {
    Ok(angle.sin())
}
