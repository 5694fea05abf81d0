//! The program `dacapo-sidecar`.

mod program;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    program::main().await
}
