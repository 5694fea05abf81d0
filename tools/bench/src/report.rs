//! Printing figures.

use std::process::ExitCode;

/// The figures that were printed, of which those that miss their mark are remembered.
#[derive(Debug, Default)]
pub struct Report {
    missed: Vec<String>,
}

/// What a figure has to reach.
#[derive(Clone, Copy, Debug)]
pub enum Mark {
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
}

impl Mark {
    fn is_reached_by(self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= most,
            Self::AtLeast(least) => value >= least,
        }
    }

    fn words(self) -> String {
        match self {
            Self::AtMost(most) => format!("at most {most}"),
            Self::AtLeast(least) => format!("at least {least}"),
        }
    }
}

impl Report {
    /// Prints a figure that is told and promises nothing.
    pub fn tell(&self, name: &str, value: f64, unit: &str) {
        println!("figure {name} {value:.3} {unit}");
    }

    /// Prints a figure that is promised.
    pub fn promise(&mut self, name: &str, value: f64, unit: &str, mark: Mark) {
        self.tell(name, value, unit);
        if !mark.is_reached_by(value) {
            self.missed.push(format!("{name} is {value:.3}, and has to be {}", mark.words()));
        }
    }

    /// Says which promises are not kept; only a `strict` end is a failure then.
    pub fn end(self, strict: bool) -> ExitCode {
        for missed in &self.missed {
            eprintln!("missed: {missed}");
        }
        if strict && !self.missed.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_is_no_number_reaches_nothing() {
        assert!(!Mark::AtMost(1.0).is_reached_by(f64::NAN));
        assert!(!Mark::AtLeast(1.0).is_reached_by(f64::NAN));
    }

    #[test]
    fn only_a_strict_end_fails_over_a_missed_mark() {
        let missed = || {
            let mut report = Report::default();
            report.promise("a_test", 2.0, "ratio", Mark::AtMost(1.0));
            report
        };
        assert_eq!(missed().end(true), ExitCode::FAILURE);
        assert_eq!(missed().end(false), ExitCode::SUCCESS);
    }
}
