use dacapo::prelude::*;

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex};

static COUNT: AtomicU64 = AtomicU64::new(0);
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());
static REGION: LazyLock<String> = LazyLock::new(|| String::from("here"));

thread_local! {
    static SEEN: Cell<u64> = const { Cell::new(0) };
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let number = COUNT.fetch_add(1, Ordering::Relaxed); // ERROR
    if count > number {
        info!("{}", NAMES.lock().is_ok()); // ERROR
    }
    let region = REGION.len(); // ERROR
    SEEN.with(|seen| seen.set(region as u64)); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
