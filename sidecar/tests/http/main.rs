//! The HTTP API, as a client without any SDK uses it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod client;
#[path = "../common/mod.rs"]
mod common;
mod general;
mod state;
mod workflows;
