//! What the driver does, one step after the other, the same on every sidecar.

use std::time::Duration;

use dacapo_proto::dapr::runtime::v1 as dapr;
use dacapo_proto::pb::purge_instances_request::Request as Purge;
use dacapo_proto::pb::workflow_action::WorkflowActionType;
use dacapo_proto::pb::{self, WorkflowAction};

/// One thing that the driver does, as a client or as a worker.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Makes a call and waits for its answer.
    Call(Call),
    /// Makes a call whose answer another step waits for.
    Begin(Call),
    /// Waits for the answer to the call that was begun first.
    Answer,
    /// Waits for a turn of an instance and answers it.
    Turn { id: String, reply: Reply },
    /// Waits for a turn of an instance and keeps it for [`Step::Reply`].
    TakeTurn { id: String },
    /// Answers the turn that was taken.
    Reply(Reply),
    /// Waits for an activity and answers it.
    Activity { id: String, task: i32, reply: ActivityReply },
    /// Waits for an activity and keeps it for [`Step::ReplyActivity`].
    TakeActivity { id: String, task: i32 },
    /// Answers an activity that was taken.
    ReplyActivity { id: String, task: i32, reply: ActivityReply },
    /// Reads the state and the history of an instance.
    Look(String),
    /// Ends the worker's stream and opens another one.
    Reconnect,
    /// Kills the sidecar and starts it again.
    Restart,
}

/// The answer to a turn.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    pub(super) actions: Vec<WorkflowAction>,
    pub(super) custom_status: Option<String>,
    pub(super) version: Option<pb::WorkflowVersion>,
    /// Completions that continue as new carry the turn's raised events over.
    pub(super) carry: bool,
    /// Sends a token that was never given out.
    pub(super) wrong_token: bool,
}

/// The answer to an activity.
#[derive(Clone, Debug, Default)]
pub(super) struct ActivityReply {
    pub(super) result: Option<String>,
    pub(super) failure: Option<pb::TaskFailureDetails>,
    pub(super) wrong_token: bool,
}

/// A call of a client.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) request: Request,
    /// The client's deadline.
    pub(super) within: Duration,
}

#[derive(Clone, Debug)]
pub(super) enum Request {
    Start(pb::CreateInstanceRequest),
    Get(pb::GetInstanceRequest),
    WaitForStart(pb::GetInstanceRequest),
    WaitForEnd(pb::GetInstanceRequest),
    Raise(pb::RaiseEventRequest),
    Suspend(pb::SuspendRequest),
    Resume(pb::ResumeRequest),
    Terminate(pb::TerminateRequest),
    Purge(pb::PurgeInstancesRequest),
    Rerun(pb::RerunWorkflowFromEventRequest),
    History(pb::GetInstanceHistoryRequest),
    /// Both ways to answer, for what was never asked.
    AnswerTurn(pb::WorkflowResponse),
    AnswerActivity(pb::ActivityResponse),
    StartWorkflow(dapr::StartWorkflowRequest),
    GetWorkflow(dapr::GetWorkflowRequest),
    RaiseEventWorkflow(dapr::RaiseEventWorkflowRequest),
    PauseWorkflow(dapr::PauseWorkflowRequest),
    ResumeWorkflow(dapr::ResumeWorkflowRequest),
    TerminateWorkflow(dapr::TerminateWorkflowRequest),
    PurgeWorkflow(dapr::PurgeWorkflowRequest),
    GetState(dapr::GetStateRequest),
    GetBulkState(dapr::GetBulkStateRequest),
    SaveState(dapr::SaveStateRequest),
    DeleteState(dapr::DeleteStateRequest),
    DeleteBulkState(dapr::DeleteBulkStateRequest),
    Transaction(dapr::ExecuteStateTransactionRequest),
    Http {
        method: &'static str,
        path: String,
        body: String,
    },
}

/// Stands for the prefix of the scenario's ids in the paths and bodies of HTTP requests.
pub(super) const PREFIX: &str = "{prefix}";

impl Request {
    /// The same with ids that no other scenario has.
    pub(super) fn with_prefix(mut self, prefix: &str) -> Self {
        let own = |id: &mut String| *id = own(id, prefix);
        match &mut self {
            Self::Start(request) => own(&mut request.instance_id),
            Self::Get(request) | Self::WaitForStart(request) | Self::WaitForEnd(request) => {
                own(&mut request.instance_id);
            }
            Self::Raise(request) => own(&mut request.instance_id),
            Self::Suspend(request) => own(&mut request.instance_id),
            Self::Resume(request) => own(&mut request.instance_id),
            Self::Terminate(request) => own(&mut request.instance_id),
            Self::Purge(pb::PurgeInstancesRequest { request: Some(Purge::InstanceId(id)), .. }) => own(id),
            Self::Purge(_) => {}
            Self::Rerun(request) => {
                own(&mut request.source_instance_id);
                request.new_instance_id.iter_mut().for_each(own);
                request.new_child_workflow_instance_id.iter_mut().for_each(own);
            }
            Self::History(request) => own(&mut request.instance_id),
            Self::AnswerTurn(response) => own(&mut response.instance_id),
            Self::AnswerActivity(response) => own(&mut response.instance_id),
            Self::StartWorkflow(request) => own(&mut request.instance_id),
            Self::GetWorkflow(request) => own(&mut request.instance_id),
            Self::RaiseEventWorkflow(request) => own(&mut request.instance_id),
            Self::PauseWorkflow(request) => own(&mut request.instance_id),
            Self::ResumeWorkflow(request) => own(&mut request.instance_id),
            Self::TerminateWorkflow(request) => own(&mut request.instance_id),
            Self::PurgeWorkflow(request) => own(&mut request.instance_id),
            Self::GetState(request) => own(&mut request.key),
            Self::GetBulkState(request) => request.keys.iter_mut().for_each(own),
            Self::SaveState(request) => request.states.iter_mut().for_each(|item| own(&mut item.key)),
            Self::DeleteState(request) => own(&mut request.key),
            Self::DeleteBulkState(request) => request.states.iter_mut().for_each(|item| own(&mut item.key)),
            Self::Transaction(request) => {
                let items = request.operations.iter_mut().filter_map(|one| one.request.as_mut());
                items.for_each(|item| own(&mut item.key));
            }
            Self::Http { path, body, .. } => {
                *path = path.replace(PREFIX, prefix);
                *body = body.replace(PREFIX, prefix);
            }
        }
        self
    }
}

/// An empty id is left to the sidecar.
fn own(id: &str, prefix: &str) -> String {
    if id.is_empty() { String::new() } else { format!("{prefix}{id}") }
}

/// Actions that name other instances name those of this scenario.
pub(super) fn own_targets(actions: &mut [WorkflowAction], prefix: &str) {
    for action in actions {
        match &mut action.workflow_action_type {
            Some(WorkflowActionType::CreateChildWorkflow(child)) => {
                child.instance_id = own(&child.instance_id, prefix);
            }
            Some(WorkflowActionType::CreateDetachedWorkflow(detached)) => {
                detached.instance_id = own(&detached.instance_id, prefix);
            }
            Some(WorkflowActionType::SendEvent(send)) => {
                if let Some(instance) = &mut send.instance {
                    instance.instance_id = own(&instance.instance_id, prefix);
                }
            }
            Some(WorkflowActionType::TerminateWorkflow(terminate)) => {
                terminate.instance_id = own(&terminate.instance_id, prefix);
            }
            _ => {}
        }
    }
}
