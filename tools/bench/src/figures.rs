//! The figures, and what each has to reach.

mod chain;
mod cold;
mod fan_out;
mod parked;
mod warm;

use std::process::ExitCode;

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
pub fn engine(parts: &[&str]) -> Report {
    let mut report = Report::default();
    for (part, measure) in PARTS {
        if parts.is_empty() || parts.contains(&part) {
            measure(&mut report);
        }
    }
    report
}

/// The figures that were printed, of which those that miss their mark are remembered.
#[derive(Debug, Default)]
pub struct Report {
    missed: Vec<String>,
}

/// What a figure has to reach.
#[derive(Clone, Copy, Debug)]
enum Mark {
    AtMost(f64),
    AtLeast(f64),
}

impl Report {
    /// A figure that is told and promises nothing.
    fn tell(&self, name: &str, value: f64, unit: &str) {
        println!("figure {name} {value:.3} {unit}");
    }

    /// A figure that is promised.
    fn promise(&mut self, name: &str, value: f64, unit: &str, mark: Mark) {
        self.tell(name, value, unit);
        let (is_reached, bound) = match mark {
            Mark::AtMost(most) => (value <= most, format!("at most {most}")),
            Mark::AtLeast(least) => (value >= least, format!("at least {least}")),
        };
        if !is_reached {
            self.missed.push(format!("{name} is {value:.3}, and has to be {bound}"));
        }
    }

    /// Says which promises are not kept.
    pub fn end(self) -> ExitCode {
        for missed in &self.missed {
            eprintln!("missed: {missed}");
        }
        if self.missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// The end of a figure's name that says which histories it is about: those of released sidecars carry everything.
fn suffix(history: crate::script::History) -> &'static str {
    match history {
        crate::script::History::Full => "_full",
        crate::script::History::Delta => "",
    }
}
