//! Calls of a client, and what comes back.

use std::time::Duration;

use dacapo_proto::dapr::runtime::v1 as dapr;
use dacapo_proto::pb;
use hyper::Method;
use tokio::time::timeout;
use tonic::{Response, Status};

use super::side::Side;
use super::step::Request;
use super::words::Words;
use crate::harness::http;

/// Stands for the etag that was read last.
pub(super) const ETAG: &str = "{etag}";

/// The answer to a call.
pub(super) enum Said {
    /// Nothing within the deadline.
    Nothing,
    /// The driver lost the call; a bug of the driver.
    Lost,
    Refused(Status),
    State(Box<pb::GetInstanceResponse>),
    History(pb::GetInstanceHistoryResponse),
    Workflow(dapr::GetWorkflowResponse),
    Value(dapr::GetStateResponse),
    Values(dapr::GetBulkStateResponse),
    Http(Result<http::Answer, String>),
    /// Any other message, as it prints itself.
    Plain(String),
}

impl Said {
    pub(super) fn in_words(self, words: &mut Words) -> String {
        match self {
            Self::Nothing => "no answer".to_owned(),
            Self::Lost => "the driver lost this call".to_owned(),
            Self::Refused(status) => words.status(&status),
            Self::State(state) => words.state(*state),
            Self::History(history) => format!("history{}", words.encoded(&history.events)),
            Self::Workflow(mut workflow) => {
                let has_times = (workflow.created_at.is_some(), workflow.last_updated_at.is_some());
                (workflow.created_at, workflow.last_updated_at) = (None, None);
                format!("{} times {has_times:?}", words.plain(&workflow))
            }
            Self::Value(mut value) => {
                hide(&mut value.etag);
                let data = words.clean(&String::from_utf8_lossy(&value.data));
                format!("data {data:?} etag {:?} {:?}", value.etag, value.metadata)
            }
            Self::Values(mut values) => {
                values.items.sort_by(|one, other| one.key.cmp(&other.key));
                values.items.iter_mut().for_each(|item| hide(&mut item.etag));
                words.plain(&values)
            }
            Self::Http(Ok(answer)) => {
                let body = without_times(&answer.body);
                words.clean(&format!("HTTP {} {body}", answer.status))
            }
            Self::Http(Err(error)) => words.clean(&error),
            Self::Plain(text) => words.clean(&text),
        }
    }
}

fn hide(etag: &mut String) {
    if !etag.is_empty() {
        "some".clone_into(etag);
    }
}

/// A JSON body with its keys in order and its times replaced.
fn without_times(body: &str) -> String {
    let Ok(mut json) = serde_json::from_str::<serde_json::Value>(body) else { return body.to_owned() };
    if let Some(members) = json.as_object_mut() {
        for name in ["createdAt", "lastUpdatedAt"] {
            if let Some(time) = members.get_mut(name) {
                *time = "a time".into();
            }
        }
    }
    json.to_string()
}

pub(super) async fn call(side: &Side, request: Request, within: Duration, etag: &str) -> Said {
    timeout(within, send(side, request, etag)).await.unwrap_or(Said::Nothing)
}

/// Unpacks an answer with a function that makes it a [`Said`].
fn said<T>(answer: Result<Response<T>, Status>, unpack: impl FnOnce(T) -> Said) -> Said {
    answer.map_or_else(Said::Refused, |response| unpack(response.into_inner()))
}

fn plain<T: std::fmt::Debug>(answer: Result<Response<T>, Status>) -> Said {
    said(answer, |message| Said::Plain(format!("{message:?}")))
}

async fn send(side: &Side, request: Request, etag: &str) -> Said {
    let mut hub = side.hub();
    match request {
        Request::Start(request) => plain(hub.start_instance(request).await),
        Request::Get(request) => said(hub.get_instance(request).await, |state| Said::State(Box::new(state))),
        Request::WaitForStart(request) => {
            said(hub.wait_for_instance_start(request).await, |state| Said::State(Box::new(state)))
        }
        Request::WaitForEnd(request) => {
            said(hub.wait_for_instance_completion(request).await, |state| Said::State(Box::new(state)))
        }
        Request::Raise(request) => plain(hub.raise_event(request).await),
        Request::Suspend(request) => plain(hub.suspend_instance(request).await),
        Request::Resume(request) => plain(hub.resume_instance(request).await),
        Request::Terminate(request) => plain(hub.terminate_instance(request).await),
        Request::Purge(request) => plain(hub.purge_instances(request).await),
        Request::Rerun(request) => plain(hub.rerun_workflow_from_event(request).await),
        Request::History(request) => said(hub.get_instance_history(request).await, Said::History),
        Request::AnswerTurn(request) => plain(hub.complete_workflow_task(request).await),
        Request::AnswerActivity(request) => plain(hub.complete_activity_task(request).await),
        Request::Http { method, path, body } => {
            let address = side.http().unwrap_or_default();
            let method = Method::from_bytes(method.as_bytes()).unwrap_or_default();
            let answer = http::send(method, &format!("{address}{path}"), &[], body).await;
            Said::Http(answer.map_err(|error| error.to_string()))
        }
        other => send_to_dapr(side, other, etag).await,
    }
}

async fn send_to_dapr(side: &Side, request: Request, etag: &str) -> Said {
    let mut dapr = side.dapr();
    match request {
        Request::StartWorkflow(request) => plain(dapr.start_workflow_beta1(request).await),
        Request::GetWorkflow(request) => said(dapr.get_workflow_beta1(request).await, Said::Workflow),
        Request::RaiseEventWorkflow(request) => plain(dapr.raise_event_workflow_beta1(request).await),
        Request::PauseWorkflow(request) => plain(dapr.pause_workflow_beta1(request).await),
        Request::ResumeWorkflow(request) => plain(dapr.resume_workflow_beta1(request).await),
        Request::TerminateWorkflow(request) => plain(dapr.terminate_workflow_beta1(request).await),
        Request::PurgeWorkflow(request) => plain(dapr.purge_workflow_beta1(request).await),
        Request::GetState(request) => said(dapr.get_state(request).await, Said::Value),
        Request::GetBulkState(request) => said(dapr.get_bulk_state(request).await, Said::Values),
        Request::SaveState(mut request) => {
            let etags = request.states.iter_mut().filter_map(|item| item.etag.as_mut());
            etags.filter(|given| given.value == ETAG).for_each(|given| etag.clone_into(&mut given.value));
            plain(dapr.save_state(request).await)
        }
        Request::DeleteState(mut request) => {
            let given = request.etag.iter_mut().filter(|given| given.value == ETAG);
            given.for_each(|given| etag.clone_into(&mut given.value));
            plain(dapr.delete_state(request).await)
        }
        Request::DeleteBulkState(request) => plain(dapr.delete_bulk_state(request).await),
        Request::Transaction(request) => plain(dapr.execute_state_transaction(request).await),
        _ => Said::Lost,
    }
}
