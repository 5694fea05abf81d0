//! What the tests share; each of them uses a part.
#![allow(dead_code, reason = "every test is a crate of its own and uses a part of this")]

pub(crate) mod database;
pub(crate) mod process;
pub(crate) mod world;

use std::time::Duration;

/// When a test gives up: long, because it is only reached when something hangs.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// The address that a sidecar started with `--port=0` says it listens at.
pub(crate) fn address(sidecar: &process::Process) -> String {
    let line = sidecar.line_with("127.0.0.1:");
    let port: String =
        line.split("127.0.0.1:").nth(1).unwrap().chars().take_while(char::is_ascii_digit).collect();
    format!("127.0.0.1:{port}")
}
