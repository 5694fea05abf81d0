//! What all figures share: how several readings become one value, how a figure is printed, and what it has to reach.
//!
//! What each figure means, and how it was reached, stands in docs/performance.md.

pub mod check;
mod report;
mod statistics;

pub use report::{Mark, Report};
pub use statistics::{median, median_ratio, percentile};
