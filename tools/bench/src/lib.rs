//! Figures of Dacapo's engine beside those of its peer. What each means, and what it has to reach, stands in
//! docs/performance.md.

pub mod clock;
pub mod figures;
pub mod instructions;
pub mod ours;
pub mod peer;
pub mod programs;
pub mod script;
