//! `cargo figures daprd`, `cargo figures sidecar` and `cargo figures soak`: see docs/performance.md.

mod daprd;
mod drive;
mod ours;
mod peer;
mod process;
mod rivals;
mod sidecar;
mod soak;

use std::error::Error;
use std::process::ExitCode;

use dacapo_figures::Report;

/// Why something could not be measured.
type Failure = Box<dyn Error + Send + Sync>;

const USAGE: &str = "\
cargo figures daprd [--strict] [--repetitions N]     our worker and the dapr crate's by turns on one daprd
cargo figures sidecar [--strict] [--repetitions N]   our worker on our sidecar and on its rivals by turns
cargo figures soak [--strict] [--minutes N]          resident memory of our worker under mixed load on daprd";

/// What the command line asks for.
struct Options {
    strict: bool,
    repetitions: usize,
    minutes: u64,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        // What this program starts itself as, once for each worker.
        ["worker", "ours", address] => return ended(ours::serve(address).await),
        ["worker", "peer", address] => return ended(peer::serve(address).await),
        [group, ref rest @ ..] => match (group, options(rest)) {
            ("daprd", Some(options)) => measured(daprd::measure(&options).await, &options),
            ("sidecar", Some(options)) => measured(sidecar::measure(&options).await, &options),
            ("soak", Some(options)) => measured(soak::measure(&options).await, &options),
            _ => None,
        },
        [] => None,
    };
    outcome.unwrap_or_else(|| {
        eprintln!("{USAGE}");
        ExitCode::FAILURE
    })
}

fn options(mut arguments: &[&str]) -> Option<Options> {
    let mut options = Options { strict: false, repetitions: 5, minutes: 30 };
    loop {
        arguments = match arguments {
            [] => return Some(options),
            ["--strict", rest @ ..] => {
                options.strict = true;
                rest
            }
            ["--repetitions", number, rest @ ..] => {
                options.repetitions = number.parse().ok().filter(|number| *number > 0)?;
                rest
            }
            ["--minutes", number, rest @ ..] => {
                options.minutes = number.parse().ok().filter(|number| *number > 0)?;
                rest
            }
            _ => return None,
        };
    }
}

fn measured(outcome: Result<Report, Failure>, options: &Options) -> Option<ExitCode> {
    match outcome {
        Ok(report) => Some(report.end(options.strict)),
        Err(problem) => Some(ended(Err(problem))),
    }
}

fn ended(outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}
