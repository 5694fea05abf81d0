//! Places an order and waits for it: see `order-processor --help`.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;
use order_processor::cli::Cli;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,order_processor=info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .without_time()
        .with_target(false)
        .log_internal_errors(false);
    log.with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).init();
    order_processor::run::run(Cli::parse()).await
}
