//! The core, driven by a scripted worker on a clock that stands still, on both stores.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

#[path = "../common/mod.rs"]
mod common;
mod world;

mod apps;
mod continue_as_new;
mod control;
mod creation;
mod edges;
mod failures;
mod memory;
mod properties;
mod purge;
mod reading;
mod rerun;
mod restart;
mod retention;
mod stalls;
mod state;
mod timers;
mod turns;
