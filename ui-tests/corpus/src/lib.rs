//! Workflows as people write them, in the shapes that the tutorials of durable workflow engines teach.
//!
//! The attributes must accept all of it without a word, under the strictest lints: each module is a shape, each
//! function one that somebody would write. Some of it runs, in `tests/runs.rs`.

#![deny(warnings, missing_docs, unused_qualifications)]
#![deny(clippy::pedantic)]

pub mod aggregation;
pub mod billing;
pub mod chaining;
pub mod children;
pub mod combined;
pub mod commerce;
pub mod eternal;
pub mod fan_out;
pub mod grants;
pub mod human;
pub mod interpreter;
pub mod languages;
pub mod monitoring;
pub mod operations;
pub mod other_apps;
pub mod polling;
pub mod saga;
pub mod styles;
pub mod timers;
pub mod versions;
