//! What a core can be asked to do, and what it answers.

use dacapo_proto::dapr::common::v1::StateItem;
use dacapo_proto::dapr::runtime::v1 as dapr;
use dacapo_proto::pb;

/// One request to the service.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Command {
    /// Creates an instance; answered when its first turn is done, or at once when its start is scheduled.
    Start(pb::CreateInstanceRequest),
    /// Reads an instance.
    Get(pb::GetInstanceRequest),
    /// Answered when the instance is no longer pending.
    WaitForStart(pb::GetInstanceRequest),
    /// Answered when the instance has come to its end.
    WaitForCompletion(pb::GetInstanceRequest),
    /// Sends an external event.
    Raise(pb::RaiseEventRequest),
    /// Ends an instance; answered when it has ended.
    Terminate(pb::TerminateRequest),
    /// Suspends an instance; answered when it is suspended or has ended.
    Suspend(pb::SuspendRequest),
    /// Resumes an instance; answered when it runs or has ended.
    Resume(pb::ResumeRequest),
    /// Deletes an instance.
    Purge(pb::PurgeInstancesRequest),
    /// Starts a new instance from the middle of the history of one that has ended.
    Rerun(pb::RerunWorkflowFromEventRequest),
    /// Lists instance ids.
    List(pb::ListInstanceIDsRequest),
    /// Reads a history.
    History(pb::GetInstanceHistoryRequest),
    /// The answer of a worker to a turn.
    CompleteWorkflow(pb::WorkflowResponse),
    /// The answer of a worker to an activity.
    CompleteActivity(pb::ActivityResponse),
    /// A request to a state store.
    State(StateCommand),
    /// A command that would be answered later, answered as soon as it is accepted.
    NoWait(Box<Command>),
}

impl Command {
    /// Whether it leaves everything as it is.
    pub(super) fn reads_only(&self) -> bool {
        match self {
            Self::Get(_)
            | Self::WaitForStart(_)
            | Self::WaitForCompletion(_)
            | Self::List(_)
            | Self::History(_)
            | Self::State(StateCommand::Get(_) | StateCommand::GetBulk(_)) => true,
            Self::NoWait(command) => command.reads_only(),
            _ => false,
        }
    }
}

/// One request to a state store.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StateCommand {
    /// Reads one value.
    Get(dapr::GetStateRequest),
    /// Reads several values.
    GetBulk(dapr::GetBulkStateRequest),
    /// Writes values one by one.
    Save(dapr::SaveStateRequest),
    /// Deletes one value.
    Delete(dapr::DeleteStateRequest),
    /// Deletes values one by one.
    DeleteBulk {
        /// The store.
        store: String,
        /// What to delete.
        states: Vec<StateItem>,
    },
    /// Writes and deletes, all or nothing.
    Transaction(dapr::ExecuteStateTransactionRequest),
}

/// The answer to a command that was not refused.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reply {
    /// Nothing to say.
    Done,
    /// To [`Command::Start`].
    Started(pb::CreateInstanceResponse),
    /// To [`Command::Get`] and the waits.
    Instance(Box<pb::GetInstanceResponse>),
    /// To [`Command::Purge`].
    Purged(pb::PurgeInstancesResponse),
    /// To [`Command::Rerun`].
    Rerun(pb::RerunWorkflowFromEventResponse),
    /// To [`Command::List`].
    Listed(pb::ListInstanceIDsResponse),
    /// To [`Command::History`].
    History(pb::GetInstanceHistoryResponse),
    /// To [`Command::State`].
    State(StateReply),
}

/// The answer to a state command.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StateReply {
    /// It was written.
    Done,
    /// To [`StateCommand::Get`].
    Value(dapr::GetStateResponse),
    /// To [`StateCommand::GetBulk`].
    Values(dapr::GetBulkStateResponse),
}
