//! `cargo figures ..`: see docs/performance.md.

use std::process::{Command, ExitCode};

use dacapo_figures::check;

const USAGE: &str = "\
cargo figures engine [PART ..]           the engine beside the peer's: parked, chain, warm, cold, fan-out
cargo figures instructions [--record]    counts instructions, and fails when a road grew by more than 10 %
cargo figures check                      the compile time of workflows beside that of plain async functions
cargo figures daprd [--repetitions N]    our worker and the dapr crate's by turns, on one daprd
cargo figures sidecar [--repetitions N]  our worker on our sidecar and on its rivals by turns
cargo figures soak [--minutes N]         the memory of our worker under mixed load on daprd

`--strict`, after any of them, fails when a figure misses its mark.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((group, rest)) = arguments.split_first() else { return usage() };
    match group.as_str() {
        "engine" => run("dacapo-figures-engine", rest),
        "instructions" => run("dacapo-roads", rest),
        "daprd" | "sidecar" | "soak" => run("dacapo-figures-load", &arguments),
        "check" => check::run(rest.iter().any(|argument| argument == "--strict")),
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::FAILURE
}

/// Runs the package that measures a group; each is compiled only when it is asked for.
fn run(package: &str, arguments: &[String]) -> ExitCode {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--release", "--package", package, "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .arg("--")
        .args(arguments)
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cargo does not run: {error}");
            ExitCode::FAILURE
        }
    }
}
