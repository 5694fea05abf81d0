//! `wf list`

use std::time::{Duration, SystemTime};

use clap::{Args, ValueEnum};
use dacapo_proto::pb::{self, OrchestrationStatus, WorkflowState};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;

use super::Output;
use super::client::Client;
use super::text::{between, brief, duration, moment};
use crate::program::Failure;
use crate::program::files::short_status;
use crate::program::out::line;

/// How many instances are asked for at once.
const AT_ONCE: usize = 16;

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    filter: Filter,
    /// Prints the ids alone.
    #[arg(long)]
    ids: bool,
    /// How many ids the sidecar is asked for at a time.
    #[arg(long, value_name = "COUNT", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    page_size: u32,
    /// Ends the list after this many.
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
}

/// Which instances are meant.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Filter {
    /// Only instances of the workflow with this name.
    #[arg(long, short = 'w')]
    name: Option<String>,
    /// Only instances in this state; may be repeated.
    #[arg(long, short, value_enum)]
    status: Vec<Status>,
    /// Only instances created within this time, such as 2h.
    #[arg(long, short, value_name = "TIME", value_parser = humantime::parse_duration)]
    max_age: Option<Duration>,
    /// Only instances created before that, such as 7d.
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    older_than: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Status {
    Running,
    Completed,
    Failed,
    Terminated,
    Canceled,
    Pending,
    Suspended,
    Stalled,
}

impl Status {
    fn wire(self) -> OrchestrationStatus {
        match self {
            Self::Running => OrchestrationStatus::Running,
            Self::Completed => OrchestrationStatus::Completed,
            Self::Failed => OrchestrationStatus::Failed,
            Self::Terminated => OrchestrationStatus::Terminated,
            Self::Canceled => OrchestrationStatus::Canceled,
            Self::Pending => OrchestrationStatus::Pending,
            Self::Suspended => OrchestrationStatus::Suspended,
            Self::Stalled => OrchestrationStatus::Stalled,
        }
    }
}

impl Filter {
    /// Whether every instance is meant.
    pub(super) fn is_open(&self) -> bool {
        self.name.is_none() && self.status.is_empty() && self.max_age.is_none() && self.older_than.is_none()
    }

    pub(super) fn fits(&self, state: &WorkflowState) -> bool {
        let status = state.workflow_status();
        let age = age(state);
        self.name.as_ref().is_none_or(|name| *name == state.name)
            && (self.status.is_empty() || self.status.iter().any(|wanted| wanted.wire() == status))
            && self.max_age.is_none_or(|max| age.is_some_and(|age| age <= max))
            && self.older_than.is_none_or(|min| age.is_some_and(|age| age >= min))
    }
}

fn age(state: &WorkflowState) -> Option<Duration> {
    between(state.created_timestamp, Some(SystemTime::now().into()))
}

/// The ids of an app's instances, page by page.
pub(super) fn ids(client: &Client, page_size: u32) -> impl Stream<Item = Result<String, Failure>> {
    let pages = stream::try_unfold(Some(None), move |token: Option<Option<String>>| async move {
        let Some(continuation_token) = token else { return Ok::<_, Failure>(None) };
        let request = pb::ListInstanceIDsRequest { continuation_token, page_size: Some(page_size) };
        let mut hub = client.hub.clone();
        let page = client.ask("listing", hub.list_instance_i_ds(client.request(request))).await?;
        let next = page.continuation_token.filter(|token| !token.is_empty()).map(Some);
        Ok(Some((stream::iter(page.instance_ids.into_iter().map(Ok)), next)))
    });
    pages.try_flatten()
}

/// The instances that a filter means, in the order of their ids.
pub(super) fn instances<'a>(
    client: &'a Client,
    filter: &'a Filter,
    page_size: u32,
) -> impl Stream<Item = Result<WorkflowState, Failure>> + 'a {
    let states = ids(client, page_size).map(move |id| async move {
        let id = id?;
        client.state(&id, false).await
    });
    // An instance may be purged between its listing and its reading.
    states
        .buffered(AT_ONCE)
        .try_filter_map(move |state| async move { Ok(state.filter(|state| filter.fits(state))) })
}

pub(super) async fn run(client: &Client, list: List, output: Output) -> Result<(), Failure> {
    let limit = list.limit.unwrap_or(usize::MAX);
    if list.ids && list.filter.is_open() {
        let mut ids = std::pin::pin!(ids(client, list.page_size).take(limit));
        while let Some(id) = ids.try_next().await? {
            line(&id)?;
        }
        return Ok(());
    }
    let mut found = std::pin::pin!(instances(client, &list.filter, list.page_size).take(limit));
    if output == Output::Table && !list.ids {
        line(&format!(
            "{:36}  {:24}  {:10}  {:24}  {:>9}",
            "INSTANCE", "WORKFLOW", "STATUS", "CREATED", "AGE"
        ))?;
    }
    while let Some(state) = found.try_next().await? {
        line(&match output {
            _ if list.ids => state.instance_id,
            Output::Table => row(&state),
            Output::Json => json_row(&state).to_string(),
        })?;
    }
    Ok(())
}

fn row(state: &WorkflowState) -> String {
    let age = age(state).map(duration).unwrap_or_default();
    let (id, name) = (brief(&state.instance_id, 100), brief(&state.name, 40));
    let status = short_status(state.workflow_status());
    format!("{id:36}  {name:24}  {status:10}  {:24}  {age:>9}", moment(state.created_timestamp))
}

/// What is known of an instance, without what is not.
pub(super) fn json_row(state: &WorkflowState) -> serde_json::Value {
    let time = |time: &Option<prost_types::Timestamp>| time.as_ref().map(ToString::to_string);
    let mut row = json!({
        "instanceId": state.instance_id,
        "name": state.name,
        "status": short_status(state.workflow_status()),
        "version": state.version,
        "createdAt": time(&state.created_timestamp),
        "lastUpdatedAt": time(&state.last_updated_timestamp),
        "startedAt": time(&state.started_at),
        "completedAt": time(&state.completed_timestamp),
        "parentInstanceId": state.parent_instance_id,
        "parentAppId": state.parent_app_id,
        "input": state.input,
        "output": state.output,
        "customStatus": state.custom_status,
        "failure": state.failure_details.as_ref().map(failure),
    });
    if let Some(fields) = row.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    row
}

fn failure(details: &pb::TaskFailureDetails) -> serde_json::Value {
    json!({ "errorType": details.error_type, "errorMessage": details.error_message })
}
