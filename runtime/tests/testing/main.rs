//! The testing kit, feature by feature.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod crashes;
mod events;
mod faults;
mod history;
mod mistakes;
mod mocks;
mod programs;
mod replay;
mod time;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

/// The text of the panic with which the kit stops a test.
async fn stopped<T>(test: impl Future<Output = T>) -> String {
    let Err(panic) = AssertUnwindSafe(test).catch_unwind().await else {
        panic!("the kit found nothing");
    };
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}
