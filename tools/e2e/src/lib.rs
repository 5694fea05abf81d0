//! Dacapo on real Dapr: a harness for daprd, placement and scheduler, and the scenarios that run on it.
//!
//! - [`harness`] starts, kills and restarts the processes, knows when they are ready, keeps their logs, and leaves
//!   none behind.
//! - [`scenario`] is what a scenario is and where it can run; [`scenarios`] holds them all.
//!
//! `cargo e2e` runs them on the newest Dapr, `cargo e2e --dapr 1.17.0` on an older one, `cargo e2e --sidecar` on the
//! embedded sidecar.

mod differential;
pub mod harness;
pub mod scenario;
pub mod scenarios;
