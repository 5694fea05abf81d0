//! `dacapo-sidecar wf`, as a person or a script runs it, on a sidecar with a scripted worker.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

#[path = "../common/mod.rs"]
mod common;
mod lists;
mod orders;
mod refusals;
mod shown;
mod stage;
