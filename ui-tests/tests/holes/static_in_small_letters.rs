//! A static that is not written in capitals.

use dacapo::prelude::*;

#[allow(non_upper_case_globals)]
static next: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

#[workflow]
async fn order(count: u64) -> Result<u64> {
    Ok(count + next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}
