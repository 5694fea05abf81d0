//! A worker's hot roads, from the bytes of a work item to the bytes of its answer, and a count of their instructions.
//! What is measured with them stands in docs/performance.md.

pub mod instructions;
pub mod ours;
pub mod programs;
pub mod script;
