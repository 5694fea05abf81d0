//! `cargo figures instructions`: see docs/performance.md.

use std::process::ExitCode;

use dacapo_roads::instructions;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => instructions::compare(),
        ["--record"] => instructions::record(),
        // What callgrind runs.
        ["walk", road] => {
            instructions::walk(road);
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("cargo figures instructions [--record]");
            ExitCode::FAILURE
        }
    }
}
