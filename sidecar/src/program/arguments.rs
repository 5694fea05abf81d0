//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::logs::LogFormat;
use super::wf::Wf;

/// An embedded sidecar for Dapr workflows: one process, one SQLite file, nothing else to install.
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  dacapo-sidecar                                     in memory, on Dapr's port 50001
  dacapo-sidecar --db orders.db                      the same on a file that survives
  dacapo-sidecar --port 0 --db orders.db             on a free port, which is printed
  dacapo-sidecar --app-id shop --app warehouse=50002 two apps, which can call each other
  dacapo-sidecar --http-port 3500                    for SDKs that look for Dapr's HTTP API there
  dacapo-sidecar wf list                             the instances of a sidecar that runs, ours or Dapr's
  DAPR_GRPC_PORT=50001 cargo run -p order-processor  a program that uses it

DAPR_API_TOKEN sets a token that every request must carry. RUST_LOG sets how much is logged, such as RUST_LOG=debug."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) serve: Serve,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Looks at workflow instances and manages them, on this sidecar or any daprd.
    Wf(Wf),
    /// Makes a database file smaller, while no sidecar uses it.
    Vacuum(DatabaseFile),
    /// Looks for damage in a database file, while no sidecar uses it.
    Check(DatabaseFile),
    /// Prints every instance with its history, one JSON object a line, while no sidecar uses the file.
    Export(DatabaseFile),
}

#[derive(Debug, Args)]
pub(super) struct DatabaseFile {
    /// The SQLite file.
    #[arg(long, value_name = "FILE")]
    pub(super) db: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The port to listen on, for gRPC and HTTP; 0 takes a free one.
    #[arg(long, default_value_t = 50001, env = "DAPR_GRPC_PORT")]
    pub(super) port: u16,
    /// A second port that serves the same, for SDKs that look for HTTP on one of its own; 0 takes a free one.
    #[arg(long, value_name = "PORT", env = "DAPR_HTTP_PORT")]
    pub(super) http_port: Option<u16>,
    /// The host name or address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    pub(super) host: String,
    /// Listens on addresses that other machines can reach although no token is set.
    #[arg(long)]
    pub(super) insecure: bool,
    /// The SQLite file that keeps everything; without it everything ends with the program.
    #[arg(long, value_name = "FILE", conflicts_with = "in_memory")]
    pub(super) db: Option<PathBuf>,
    /// Keeps everything in memory, as without --db.
    #[arg(long)]
    pub(super) in_memory: bool,
    /// The id of the app whose workflows these are.
    #[arg(long, default_value = "dacapo", env = "APP_ID")]
    pub(super) app_id: String,
    /// One more app, on a port of its own or for requests with the metadata `dapr-app-id`; may be repeated.
    #[arg(long = "app", value_name = "NAME[=PORT]", value_parser = parse_app)]
    pub(super) apps: Vec<(String, Option<u16>)>,
    /// The name of a state store; may be repeated.
    #[arg(long = "state-store", value_name = "NAME", default_value = "statestore")]
    pub(super) state_stores: Vec<String>,
    /// What an acknowledged change survives: a loss of power (full) or the end of the program (normal).
    #[arg(long, value_enum, default_value_t = Sync::Full)]
    pub(super) sync: Sync,
    /// How long instances that have ended are kept, such as 7d; without it until they are purged.
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(super) retain_completed: Option<Duration>,
    /// The largest message in bytes, with or without Ki, Mi or Gi.
    #[arg(long, default_value = "64Mi", value_parser = parse_size)]
    pub(super) max_body_size: usize,
    /// How long the end waits for the answers to what workers have.
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = humantime::parse_duration)]
    pub(super) shutdown_grace: Duration,
    /// How the log (on stderr) and the start lines (on stdout) are written.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub(super) log_format: LogFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Sync {
    Full,
    Normal,
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

fn parse_app(text: &str) -> Result<(String, Option<u16>), String> {
    let (name, port) = match text.split_once('=') {
        Some((name, port)) => {
            let port = port.parse().map_err(|_| format!("'{port}' is no port; write warehouse=50002"))?;
            (name, Some(port))
        }
        None => (text, None),
    };
    if name.is_empty() {
        return Err("the app has no name; write warehouse or warehouse=50002".into());
    }
    Ok((name.into(), port))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn sizes_are_read_as_daprd_reads_them() {
        assert_eq!(parse_size("4Mi"), Ok(4 * 1024 * 1024));
        assert_eq!(parse_size("16Ki"), Ok(16 * 1024));
        assert_eq!(parse_size("1000"), Ok(1000));
        for wrong in ["", "0", "Mi", "-1", "4MB", "99999999999999999999", "99999999999Gi"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_app_has_a_name_and_maybe_a_port() {
        assert_eq!(parse_app("warehouse"), Ok(("warehouse".into(), None)));
        assert_eq!(parse_app("warehouse=50002"), Ok(("warehouse".into(), Some(50002))));
        for wrong in ["", "=1", "a=", "a=x", "a=70000"] {
            assert!(parse_app(wrong).is_err(), "{wrong}");
        }
    }
}
