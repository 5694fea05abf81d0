//! A client, pool or handle of a crate that the checks do not know.

use dacapo::prelude::*;

struct Pool;

fn connect() -> Pool {
    Pool
}

#[workflow]
async fn order() -> Result<u64> {
    let pool = connect();
    drop(pool);
    Ok(7)
}
