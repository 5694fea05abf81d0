//! `wf export`

use clap::Args;
use dacapo_proto::HistoryFile;

use super::client::Client;
use crate::program::Failure;
use crate::program::out::line;

#[derive(Debug, Args)]
pub(super) struct Export {
    /// The instance.
    id: String,
    /// Replaces every text inside payloads by `***`.
    #[arg(long)]
    redact: bool,
}

pub(super) async fn export(client: &Client, export: Export) -> Result<(), Failure> {
    let history = HistoryFile::of_encoded(&export.id, client.history(&export.id).await?)?;
    let history = if export.redact { history.redacted() } else { history };
    line(history.to_json().trim_end())?;
    Ok(())
}
