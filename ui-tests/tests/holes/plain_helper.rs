//! A plain helper that does what the body must not.

use dacapo::prelude::*;

fn seconds() -> u64 {
    std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs())
}

#[workflow]
async fn order(count: u64) -> Result<u64> {
    Ok(count + seconds())
}
