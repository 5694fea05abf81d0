//! `cargo figures engine`, `cargo figures check` and `cargo figures instructions`: see docs/performance.md.

use std::process::ExitCode;

use dacapo_bench::{figures, instructions};

const USAGE: &str = "\
cargo figures engine [PART ..]        prints the engine's figures beside the peer's: parked, chain, warm, cold, fan-out
cargo figures check                   the same, and fails when one misses its mark
cargo figures instructions            counts instructions, and fails when a road grew by more than 10 %
cargo figures instructions --record   counts instructions and records them";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["engine", ref parts @ ..] => {
            figures::engine(parts).end();
            ExitCode::SUCCESS
        }
        ["check"] => figures::engine(&[]).end(),
        ["instructions"] => instructions::compare(false),
        ["instructions", "--record"] => instructions::compare(true),
        // What callgrind runs.
        ["walk", road] => {
            instructions::walk(road);
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::FAILURE
        }
    }
}
