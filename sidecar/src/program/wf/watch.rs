//! `wf watch`

use std::time::Duration;

use clap::Args;
use dacapo_proto::HistoryFile;
use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::{HistoryEvent, OrchestrationStatus};

use super::Output;
use super::client::Client;
use super::describe::{HEAD, Teller};
use crate::program::Failure;
use crate::program::out::line;

#[derive(Debug, Args)]
pub(super) struct Watch {
    /// The instance.
    id: String,
    /// How often the sidecar is asked.
    #[arg(long, value_name = "TIME", default_value = "500ms", value_parser = humantime::parse_duration)]
    interval: Duration,
}

pub(super) async fn run(client: &Client, watch: Watch, output: Output) -> Result<(), Failure> {
    let mut seen = Seen::default();
    let mut ticks = tokio::time::interval(watch.interval.max(Duration::from_millis(10)));
    if output == Output::Table {
        line(HEAD)?;
    }
    loop {
        ticks.tick().await;
        // The status first: whatever it is, the history that is read after it holds what led there.
        let status = client.known(&watch.id).await?.workflow_status();
        let history = HistoryFile::of_encoded(&watch.id, client.history(&watch.id).await?)?;
        let new = seen.new_of(&history.events, output)?;
        seen.teller.begin_with(new);
        for event in new {
            line(&match output {
                Output::Table => seen.teller.line(event),
                Output::Json => serde_json::to_string(event)?,
            })?;
        }
        if is_over(status) {
            return Ok(());
        }
    }
}

/// What was printed already.
#[derive(Default)]
struct Seen {
    execution: Option<String>,
    count: usize,
    teller: Teller,
}

impl Seen {
    /// The events that were not printed yet.
    fn new_of<'a>(
        &mut self,
        events: &'a [HistoryEvent],
        output: Output,
    ) -> Result<&'a [HistoryEvent], Failure> {
        let execution = events.iter().find_map(execution_id);
        let goes_on = self.execution.is_none() || execution.is_none() || self.execution == execution;
        if !goes_on || events.len() < self.count {
            if output == Output::Table {
                line("-- a new execution --")?;
            }
            *self = Self::default();
        }
        self.execution = execution.or(self.execution.take());
        let new = events.get(self.count..).unwrap_or_default();
        self.count = events.len();
        Ok(new)
    }
}

fn execution_id(event: &HistoryEvent) -> Option<String> {
    match &event.event_type {
        Some(EventType::ExecutionStarted(start)) => start.workflow_instance.as_ref()?.execution_id.clone(),
        _ => None,
    }
}

pub(super) fn is_over(status: OrchestrationStatus) -> bool {
    use OrchestrationStatus::{Canceled, Completed, Failed, Terminated};
    matches!(status, Completed | Failed | Canceled | Terminated)
}
