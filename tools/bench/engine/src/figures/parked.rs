//! The memory of a workflow that waits.

use std::process::Command;

use dacapo_figures::{Mark, Report};

/// The program that counts has an allocator of its own, which would slow down everything else.
pub(super) fn measure(report: &mut Report) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--release", "--bin", "parked", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo runs, as it does to run this");
    let text = String::from_utf8_lossy(&output.stdout);
    let bytes: f64 = match text.trim().parse() {
        Ok(bytes) => bytes,
        Err(_) => panic!("`parked` failed: {}", String::from_utf8_lossy(&output.stderr)),
    };
    report.promise("parked_bytes", bytes, "bytes", Mark::AtMost(4096.0));
}
