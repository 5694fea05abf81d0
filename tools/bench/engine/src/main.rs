//! `cargo figures engine`: figures of Dacapo's engine beside those of its peer. See docs/performance.md.

mod clock;
mod figures;
mod peer;
mod programs;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (options, parts): (Vec<&str>, Vec<&str>) =
        arguments.iter().map(String::as_str).partition(|argument| argument.starts_with("--"));
    figures::engine(&parts).end(options.contains(&"--strict"))
}
