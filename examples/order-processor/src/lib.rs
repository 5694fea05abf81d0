//! Dapr's workflow quickstart in Rust: a durable order with approval, payment and stock.
//!
//! [`workflow`] is what to read first; [`activities`] are its steps. The rest is what a program around them needs.

pub mod activities;
pub mod approval;
pub mod cli;
pub mod console;
pub mod manager;
pub mod models;
pub mod orders;
pub mod run;
pub mod shop;
pub mod sidecar;
pub mod signal;
pub mod state;
pub mod stock;
pub mod workflow;
