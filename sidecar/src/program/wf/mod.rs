//! `dacapo-sidecar wf`: workflow instances, on this sidecar or any daprd.

mod client;
mod describe;
mod history;
mod list;
mod orders;
mod purge;
mod show;
mod text;
mod watch;

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::Failure;
use client::Client;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dacapo-sidecar wf list --status failed --max-age 1h
  dacapo-sidecar wf show order-1
  dacapo-sidecar wf raise order-1 manager_approval --input '{\"approved\": true}'
  dacapo-sidecar wf watch order-1
  dacapo-sidecar wf rerun order-1 --event 3
  dacapo-sidecar wf purge --all --older-than 7d
  dacapo-sidecar wf export order-1 > order-1.json   a file that tests can replay

DAPR_API_TOKEN is sent when it is set.")]
pub(super) struct Wf {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    command: Command,
}

/// Which sidecar is asked, and how it is answered.
#[derive(Debug, Args)]
struct Target {
    /// The sidecar's gRPC address, such as http://127.0.0.1:50001.
    #[arg(long, global = true, env = "DAPR_GRPC_ENDPOINT", value_name = "URL")]
    endpoint: Option<String>,
    /// The sidecar's gRPC port on this machine, when there is no endpoint.
    #[arg(long, global = true, env = "DAPR_GRPC_PORT", default_value_t = 50001)]
    port: u16,
    /// The app, where dacapo-sidecar serves several; daprd must not be told.
    #[arg(long, global = true, value_name = "NAME")]
    app_id: Option<String>,
    /// How the answer is written.
    #[arg(long, short, global = true, value_enum, default_value_t = Output::Table)]
    output: Output,
    /// How long an answer may take.
    #[arg(long, global = true, value_name = "TIME", default_value = "30s", value_parser = humantime::parse_duration)]
    timeout: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people.
    Table,
    /// One JSON object a line.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists instances.
    List(list::List),
    /// Shows an instance with its history.
    Show {
        /// The instance.
        id: String,
    },
    /// Prints the history of an instance as it grows, until the instance ends.
    Watch(watch::Watch),
    /// Starts a workflow.
    Run(orders::Run),
    /// Sends an external event to an instance.
    Raise(orders::Raise),
    /// Suspends an instance.
    Suspend(orders::Change),
    /// Resumes an instance.
    Resume(orders::Change),
    /// Ends an instance, and its children.
    Terminate(orders::Terminate),
    /// Runs an ended instance again, from one of its events on, as a new instance.
    Rerun(orders::Rerun),
    /// Deletes instances that have ended.
    Purge(purge::Purge),
    /// Prints the history of an instance as a file that tests can replay.
    Export(history::Export),
}

pub(super) async fn run(wf: Wf) -> Result<(), Failure> {
    let Wf { target, command } = wf;
    let output = target.output;
    let client = Client::connect(&target).await?;
    match command {
        Command::List(list) => list::run(&client, list, output).await,
        Command::Show { id } => show::run(&client, &id, output).await,
        Command::Watch(watch) => watch::run(&client, watch, output).await,
        Command::Run(run) => orders::start(&client, run, output).await,
        Command::Raise(raise) => orders::raise(&client, raise, output).await,
        Command::Suspend(change) => orders::suspend(&client, change, output).await,
        Command::Resume(change) => orders::resume(&client, change, output).await,
        Command::Terminate(terminate) => orders::terminate(&client, terminate, output).await,
        Command::Rerun(rerun) => orders::rerun(&client, rerun, output).await,
        Command::Purge(purge) => purge::run(&client, purge, output).await,
        Command::Export(export) => history::export(&client, export).await,
    }
}
