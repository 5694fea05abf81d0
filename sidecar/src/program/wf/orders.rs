//! What changes an instance: run, raise, suspend, resume, terminate, rerun.

use std::time::{Duration, SystemTime};

use clap::Args;
use dacapo_proto::pb;
use serde_json::json;

use super::Output;
use super::client::Client;
use crate::program::Failure;
use crate::program::out::line;

/// A payload on the command line.
#[derive(Debug, Args)]
struct Payload {
    /// The payload, as JSON: 5, true, '"text"' or '{"n": 1}'.
    #[arg(long = "input", short = 'x', value_name = "JSON")]
    text: Option<String>,
    /// Sends the payload as it is, JSON or not.
    #[arg(long)]
    raw: bool,
}

impl Payload {
    /// The payload as it is sent; what other SDKs could not read is refused.
    fn checked(self) -> Result<Option<String>, Failure> {
        if let (Some(text), false) = (&self.text, self.raw)
            && let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text)
        {
            let quoted = serde_json::Value::from(text.as_str());
            let remedy = format!("a text is '{quoted}' in JSON, and --raw sends it as it is");
            return Err(format!("the input is not JSON ({error}); {remedy}").into());
        }
        Ok(self.text)
    }
}

#[derive(Debug, Args)]
pub(super) struct Run {
    /// The workflow's name.
    name: String,
    /// The id of the new instance; without it the sidecar or this program makes one.
    #[arg(long, short)]
    id: Option<String>,
    #[command(flatten)]
    input: Payload,
    /// Starts it later, such as in 10m. Without this the first turn is waited for.
    #[arg(long = "in", value_name = "TIME", value_parser = humantime::parse_duration)]
    delay: Option<Duration>,
}

#[derive(Debug, Args)]
pub(super) struct Raise {
    /// The instance.
    id: String,
    /// The event's name.
    event: String,
    #[command(flatten)]
    input: Payload,
}

#[derive(Debug, Args)]
pub(super) struct Change {
    /// The instance.
    id: String,
    /// Why, for its history.
    #[arg(long, short, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Terminate {
    /// The instance.
    id: String,
    /// What the instance results in, as JSON.
    #[arg(long, value_name = "JSON")]
    result: Option<String>,
    /// Leaves its children running.
    #[arg(long)]
    not_recursive: bool,
}

#[derive(Debug, Args)]
pub(super) struct Rerun {
    /// The instance, which has ended.
    id: String,
    /// The id of the event to begin with: an activity, a timer or a child that was scheduled.
    #[arg(long, short, value_name = "NUMBER", default_value_t = 0)]
    event: u32,
    /// The id of the new instance; without it the sidecar makes one.
    #[arg(long, value_name = "ID")]
    new_instance_id: Option<String>,
    /// The id of the child, where the event created one.
    #[arg(long, value_name = "ID")]
    new_child_id: Option<String>,
    #[command(flatten)]
    input: Payload,
}

pub(super) async fn start(client: &Client, run: Run, output: Output) -> Result<(), Failure> {
    let instance_id = run.id.unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let request = pb::CreateInstanceRequest {
        instance_id,
        name: run.name,
        input: run.input.checked()?,
        scheduled_start_timestamp: run.delay.map(|delay| (SystemTime::now() + delay).into()),
        ..pb::CreateInstanceRequest::default()
    };
    let doing = format!("starting '{}'", request.name);
    let mut hub = client.hub.clone();
    let started = client.ask(&doing, hub.start_instance(client.request(request))).await?;
    done(&started.instance_id, "started", output)
}

pub(super) async fn raise(client: &Client, raise: Raise, output: Output) -> Result<(), Failure> {
    let Raise { id, event, input } = raise;
    let doing = format!("raising '{event}' on '{id}'");
    let request =
        pb::RaiseEventRequest { instance_id: id.clone(), name: event, input: input.checked()?, router: None };
    let mut hub = client.hub.clone();
    client.ask(&doing, hub.raise_event(client.request(request))).await?;
    done(&id, "event raised", output)
}

pub(super) async fn suspend(client: &Client, change: Change, output: Output) -> Result<(), Failure> {
    let Change { id, reason } = change;
    let request = pb::SuspendRequest { instance_id: id.clone(), reason, router: None };
    let mut hub = client.hub.clone();
    client.ask(&format!("suspending '{id}'"), hub.suspend_instance(client.request(request))).await?;
    done(&id, "suspended", output)
}

pub(super) async fn resume(client: &Client, change: Change, output: Output) -> Result<(), Failure> {
    let Change { id, reason } = change;
    let request = pb::ResumeRequest { instance_id: id.clone(), reason, router: None };
    let mut hub = client.hub.clone();
    client.ask(&format!("resuming '{id}'"), hub.resume_instance(client.request(request))).await?;
    done(&id, "resumed", output)
}

pub(super) async fn terminate(client: &Client, terminate: Terminate, output: Output) -> Result<(), Failure> {
    let Terminate { id, result, not_recursive } = terminate;
    let result = Payload { text: result, raw: false }.checked()?;
    let recursive = !not_recursive;
    let request = pb::TerminateRequest { instance_id: id.clone(), output: result, recursive, router: None };
    let mut hub = client.hub.clone();
    client.ask(&format!("terminating '{id}'"), hub.terminate_instance(client.request(request))).await?;
    done(&id, "terminated", output)
}

pub(super) async fn rerun(client: &Client, rerun: Rerun, output: Output) -> Result<(), Failure> {
    let input = rerun.input.checked()?;
    let doing = format!("running '{}' again from event {}", rerun.id, rerun.event);
    let request = pb::RerunWorkflowFromEventRequest {
        source_instance_id: rerun.id,
        event_id: rerun.event,
        new_instance_id: rerun.new_instance_id,
        overwrite_input: input.is_some(),
        input,
        new_child_workflow_instance_id: rerun.new_child_id,
        router: None,
    };
    let mut hub = client.hub.clone();
    let begun = client.ask(&doing, hub.rerun_workflow_from_event(client.request(request))).await?;
    done(&begun.new_instance_id, "started", output)
}

/// Says what happened to an instance.
pub(super) fn done(id: &str, what: &str, output: Output) -> Result<(), Failure> {
    line(&match output {
        Output::Table => format!("{id}: {what}"),
        Output::Json => json!({ "instanceId": id, "done": what }).to_string(),
    })?;
    Ok(())
}
