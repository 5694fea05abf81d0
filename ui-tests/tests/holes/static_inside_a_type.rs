//! A static with a lock inside a type of yours.

use dacapo::prelude::*;

struct Cache(std::sync::Mutex<u64>);

static CACHE: Cache = Cache(std::sync::Mutex::new(0));

impl Cache {
    fn next(&self) -> u64 {
        self.0.lock().map_or(0, |mut next| {
            *next += 1;
            *next
        })
    }
}

#[workflow]
async fn order(count: u64) -> Result<u64> {
    Ok(count + CACHE.next())
}
