//! The program `dacapo-sidecar`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use dacapo_sidecar::store::Durability;
use dacapo_sidecar::{Sidecar, SidecarBuilder};
use tracing_subscriber::EnvFilter;

/// An embedded sidecar for Dapr workflows: one process, one SQLite file, nothing else to install.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Examples:
  dacapo-sidecar                                    in memory, on Dapr's port 50001
  dacapo-sidecar --db orders.db                     the same on a file that survives
  dacapo-sidecar --port 0 --db orders.db            on a free port, which is printed
  DAPR_GRPC_PORT=50001 cargo run -p order-processor  a program that uses it

RUST_LOG sets how much is logged, such as RUST_LOG=debug."
)]
struct Arguments {
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 50001, env = "DAPR_GRPC_PORT")]
    port: u16,
    /// The host name or address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// The SQLite file that keeps everything; without it everything ends with the program.
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// The id of the app whose workflows these are.
    #[arg(long, default_value = "dacapo", env = "APP_ID")]
    app_id: String,
    /// What an acknowledged change survives: a loss of power (full) or the end of the program (normal).
    #[arg(long, value_enum, default_value_t = Sync::Full)]
    sync: Sync,
    /// The largest message in bytes, with or without Ki, Mi or Gi.
    #[arg(long, default_value = "64Mi", value_parser = parse_size)]
    max_body_size: usize,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Sync {
    Full,
    Normal,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    // Before the start line: who waits for the line may send the signal right after.
    let signal = Signal::listen()?;
    let place = arguments.db.as_ref().map_or("in memory".into(), |path| format!("on {}", path.display()));
    let app_id = arguments.app_id.clone();
    let sidecar = builder(arguments).start().await?;
    println!("dacapo-sidecar is ready on {} for the app '{app_id}', {place}", sidecar.endpoint());
    signal.received().await;
    println!("dacapo-sidecar is shutting down");
    sidecar.shutdown().await;
    Ok(())
}

fn builder(arguments: Arguments) -> SidecarBuilder {
    let durability = match arguments.sync {
        Sync::Full => Durability::Full,
        Sync::Normal => Durability::Normal,
    };
    let builder = Sidecar::builder()
        .host(arguments.host)
        .port(arguments.port)
        .app_id(arguments.app_id)
        .message_bytes_max(arguments.max_body_size);
    match arguments.db {
        Some(path) => builder.database(path).durability(durability),
        None => builder.in_memory(),
    }
}

/// Reads a size as daprd's `--max-body-size` takes it, such as `4Mi`.
fn parse_size(text: &str) -> Result<usize, String> {
    let units = [("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("", 1)];
    let parsed = units.iter().find_map(|(unit, bytes)| {
        let number: usize = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(*bytes).filter(|size| *size > 0)
    });
    parsed.ok_or_else(|| "expected a number of bytes such as 4194304 or 4Mi".into())
}

/// Ctrl-C or SIGTERM, heard from the moment this exists.
#[cfg(unix)]
struct Signal {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signal {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn received(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
struct Signal;

#[cfg(not(unix))]
impl Signal {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn received(self) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "Ctrl-C cannot be heard");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse_size;

    #[test]
    fn sizes_are_read_as_daprd_reads_them() {
        assert_eq!(parse_size("4Mi"), Ok(4 * 1024 * 1024));
        assert_eq!(parse_size("16Ki"), Ok(16 * 1024));
        assert_eq!(parse_size("1000"), Ok(1000));
        for wrong in ["", "0", "Mi", "-1", "4MB", "99999999999999999999", "99999999999Gi"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
