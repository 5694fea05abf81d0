//! A refused function under another name.

use dacapo::prelude::*;

use super::world::random as draw;

#[workflow]
async fn order(count: u64) -> Result<u64> {
    Ok(count + draw())
}
