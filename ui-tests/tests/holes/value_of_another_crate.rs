//! A client, pool or handle of a crate that the checks do not know.

use dacapo::prelude::*;

struct Pool(u64);

fn connect() -> Pool {
    Pool(7)
}

#[workflow]
async fn order() -> Result<u64> {
    let pool = connect();
    Ok(pool.0)
}
