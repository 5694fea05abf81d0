//! Prints how many bytes a workflow occupies that waits for an event.

use std::alloc::System;

use dacapo_roads::ours::Ours;
use dacapo_roads::script::{History, Script};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// So many that what the worker itself occupies does not show.
const INSTANCES: usize = 4096;

fn main() {
    let script = Script::parked();
    let mut worker = Ours::new();
    let before = live_bytes();
    for number in 0..INSTANCES {
        worker.run(script.work_item(&format!("order-{number:08}"), 0, History::Full));
    }
    println!("{}", (live_bytes() - before).div_ceil(INSTANCES));
}

fn live_bytes() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}
