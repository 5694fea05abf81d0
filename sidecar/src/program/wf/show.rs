//! `wf show`

use dacapo_proto::HistoryFile;
use dacapo_proto::pb::{HistoryEvent, WorkflowState};

use super::Output;
use super::client::Client;
use super::describe::{HEAD, Teller};
use super::list::json_row;
use super::text::{between, brief, duration, moment};
use crate::program::Failure;
use crate::program::files::short_status;
use crate::program::out::line;

/// How much of a payload is shown.
const PAYLOAD_WIDTH: usize = 500;

pub(super) async fn run(client: &Client, id: &str, output: Output) -> Result<(), Failure> {
    let state = client.known(id).await?;
    let history = HistoryFile::of_encoded(id, client.history(id).await?)?;
    match output {
        Output::Json => {
            let mut shown = json_row(&state);
            shown["history"] = serde_json::from_str(&history.to_json())?;
            line(&shown.to_string())?;
        }
        Output::Table => {
            for (name, value) in facts(&state, &history.events) {
                line(&format!("{name:14} {value}"))?;
            }
            line("")?;
            line(HEAD)?;
            let mut teller = Teller::default();
            teller.begin_with(&history.events);
            for event in &history.events {
                line(&teller.line(event))?;
            }
        }
    }
    Ok(())
}

fn facts(state: &WorkflowState, events: &[HistoryEvent]) -> Vec<(&'static str, String)> {
    let mut facts = vec![("instance", brief(&state.instance_id, PAYLOAD_WIDTH)), ("workflow", name(state))];
    facts.push(("status", short_status(state.workflow_status()).into()));
    let mut add = |name, value: Option<&String>| {
        facts.extend(value.map(|value| (name, brief(value, PAYLOAD_WIDTH))));
    };
    add("parent", state.parent_instance_id.as_ref());
    add("parent's app", state.parent_app_id.as_ref());
    add("custom status", state.custom_status.as_ref());
    add("input", state.input.as_ref());
    add("output", state.output.as_ref());
    facts.push(("created", moment(state.created_timestamp)));
    facts.push(("last updated", moment(state.last_updated_timestamp)));
    let ends = (events.first(), events.last());
    if let (Some(first), Some(last)) = ends
        && let Some(span) = between(first.timestamp, last.timestamp)
    {
        facts.push(("took", format!("{} in {} events", duration(span), events.len())));
    }
    if let Some(failure) = &state.failure_details {
        let text = format!("{}: {}", failure.error_type, failure.error_message);
        facts.push(("failure", brief(&text, PAYLOAD_WIDTH)));
    }
    facts
}

fn name(state: &WorkflowState) -> String {
    let version = state.version.as_ref().filter(|version| !version.is_empty());
    let version = version.map(|version| format!(" (version {version})")).unwrap_or_default();
    brief(&format!("{}{version}", state.name), PAYLOAD_WIDTH)
}
