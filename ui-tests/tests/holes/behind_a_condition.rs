//! What the checks by type would refuse, behind `#[cfg(..)]`.

use dacapo::prelude::*;

fn begun() -> std::time::Instant {
    std::time::Instant::now()
}

#[workflow]
async fn order() -> Result<u64> {
    #[cfg(not(any()))]
    let begun = begun();
    Ok(begun.duration_since(begun).as_secs())
}
