#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn count() -> usize {
    let shared = std::sync::Arc::new(7);
    tokio::task::yield_now().await;
    *shared
}

fn main() {}
