//! The figures, and what each has to reach.

mod chain;
mod cold;
mod fan_out;
mod parked;
mod warm;

use dacapo_figures::Report;
use dacapo_roads::script::History;

type Measure = fn(&mut Report);

/// The parts of the engine's figures.
const PARTS: [(&str, Measure); 5] = [
    ("parked", parked::measure),
    ("chain", chain::measure),
    ("warm", warm::measure),
    ("cold", cold::measure),
    ("fan-out", fan_out::measure),
];

/// Prints the engine's figures as they come: all, or those of the parts that are named.
pub(crate) fn engine(parts: &[&str]) -> Report {
    let mut report = Report::default();
    for (part, measure) in PARTS {
        if parts.is_empty() || parts.contains(&part) {
            measure(&mut report);
        }
    }
    report
}

/// The end of a figure's name that says which histories it is about: those of released sidecars carry everything.
fn suffix(history: History) -> &'static str {
    match history {
        History::Full => "_full",
        History::Delta => "",
    }
}
