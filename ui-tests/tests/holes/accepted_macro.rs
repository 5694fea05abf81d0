//! A macro that you accepted by name.

use dacapo::prelude::*;

macro_rules! today {
    () => {
        std::time::SystemTime::UNIX_EPOCH.elapsed().is_ok()
    };
}

#[workflow(allow_macros(today))]
async fn order(count: u64) -> Result<u64> {
    Ok(count + u64::from(today!()))
}
