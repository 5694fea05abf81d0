//! What the answer to a turn means: pure, from facts and actions to a verdict.
//! See docs/protocol.md, "Sidecar: turns".

use std::collections::BTreeSet;

use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::workflow_action::WorkflowActionType;
use dacapo_proto::pb::{self, HistoryEvent, OrchestrationStatus, StalledReason};

use super::Time;
use super::actions::{Applier, Flow};
use super::event::{NO_ACTION, event};
use super::ledger::Ledger;
use super::propagation::Scope;
use super::versions;

/// One turn, as it was sent to a worker.
pub(crate) struct Turn<'a> {
    pub(crate) app: &'a str,
    /// The apps that work can be sent to, besides `app`.
    pub(crate) apps: &'a BTreeSet<String>,
    pub(crate) instance_id: &'a str,
    pub(crate) execution_id: &'a str,
    pub(crate) now: Time,
    pub(crate) ledger: &'a Ledger,
    pub(crate) new_events: &'a [HistoryEvent],
}

/// What is to be done about an answered turn.
pub(crate) enum Verdict {
    /// The worker cannot run this instance now: history gets this event, everything else waits.
    Stall(pb::ExecutionStalledEvent),
    /// History goes on.
    Commit(Box<Commit>),
    /// A new generation begins.
    ContinueAsNew(Box<Renewal>),
}

/// The continuation of an execution.
#[derive(Default)]
pub(crate) struct Commit {
    /// What goes on the event that opened the turn.
    pub(crate) version: Option<pb::WorkflowVersion>,
    /// The events that the actions became.
    pub(crate) events: Vec<HistoryEvent>,
    /// What happens besides.
    pub(crate) effects: Vec<Effect>,
    /// The event among `events` that ends the instance.
    pub(crate) completed: Option<pb::ExecutionCompletedEvent>,
    /// Terminate these children too.
    pub(crate) cascade: Option<pb::ExecutionTerminatedEvent>,
    pub(crate) custom_status: Option<String>,
}

/// The next execution of an instance that continues as new.
pub(crate) struct Renewal {
    pub(crate) input: Option<String>,
    pub(crate) parent: Option<pb::ParentInstanceInfo>,
    /// Whether the execution was part of a trace.
    pub(crate) traced: bool,
    pub(crate) carryover: Vec<HistoryEvent>,
    pub(crate) custom_status: Option<String>,
}

/// What a turn does outside of its own history.
pub(crate) enum Effect {
    /// Arm a timer.
    Timer { id: i32, due: Time },
    /// Queue the activity of this scheduling event.
    Activity { scheduled: HistoryEvent, scope: Scope },
    /// Create a child, or tell the instance that this was not possible.
    Child { birth: Box<Birth>, task_id: i32 },
    /// Create an instance that nobody waits for.
    Detached(Box<Birth>),
    /// Put an event into another instance's inbox.
    Send { app: String, target: String, event: HistoryEvent },
    /// Put an event into the instance's own inbox.
    Answer(HistoryEvent),
}

/// An instance to be created.
#[derive(Clone, Debug, Default)]
pub(crate) struct Birth {
    /// The app that will run it.
    pub(crate) app: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) input: Option<String>,
    pub(crate) parent: Option<pb::ParentInstanceInfo>,
    pub(crate) execution_id: Option<String>,
    pub(crate) scheduled_start: Option<prost_types::Timestamp>,
    pub(crate) tags: std::collections::BTreeMap<String, String>,
    pub(crate) trace: Option<pb::TraceContext>,
    pub(crate) scope: Scope,
}

/// An answer that cannot be taken; the turn is given out again.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub(crate) struct TurnError(pub(crate) String);

/// Judges the answer to a turn.
pub(crate) fn evaluate(turn: &Turn<'_>, response: pb::WorkflowResponse) -> Result<Verdict, TurnError> {
    let terminated = turn.terminated();
    let unavailable = response.actions.iter().any(is_version_not_available);
    if unavailable {
        return Ok(match terminated {
            Some(terminated) => turn.force_end(terminated, response.custom_status),
            None => Verdict::Stall(turn.version_not_available()),
        });
    }
    let version = match versions::check(&turn.ledger.patches, response.version) {
        Ok(version) => version,
        Err(stall) => return Ok(Verdict::Stall(stall)),
    };
    let mut applier = Applier::new(turn)?;
    for action in response.actions {
        if terminated.is_some() && is_continue_as_new(&action) {
            continue;
        }
        if let Flow::ContinueAsNew(complete) = applier.apply(action)? {
            return Ok(turn.renew(*complete, response.custom_status));
        }
    }
    let mut commit = applier.into_commit();
    if let Some(terminated) = terminated {
        if commit.completed.is_none() {
            return Ok(turn.force_end(terminated, response.custom_status));
        }
        commit.cascade = Some(terminated.clone()).filter(|terminated| terminated.recurse);
    }
    commit.version = version;
    commit.custom_status = response.custom_status;
    Ok(Verdict::Commit(Box::new(commit)))
}

impl Turn<'_> {
    /// The start of the execution, from history or from this turn.
    pub(crate) fn start(&self) -> Option<&pb::ExecutionStartedEvent> {
        let in_turn = self.new_events.iter().find_map(|event| match &event.event_type {
            Some(EventType::ExecutionStarted(start)) => Some(start),
            _ => None,
        });
        self.ledger.start.as_deref().or(in_turn)
    }

    fn terminated(&self) -> Option<&pb::ExecutionTerminatedEvent> {
        self.new_events.iter().find_map(|event| match &event.event_type {
            Some(EventType::ExecutionTerminated(terminated)) => Some(terminated),
            _ => None,
        })
    }

    /// The end that a terminated instance comes to when its worker does not complete it.
    fn force_end(&self, terminated: &pb::ExecutionTerminatedEvent, custom_status: Option<String>) -> Verdict {
        let completed = pb::ExecutionCompletedEvent {
            workflow_status: OrchestrationStatus::Terminated as i32,
            result: terminated.input.clone(),
            failure_details: None,
        };
        Verdict::Commit(Box::new(Commit {
            events: vec![event(NO_ACTION, self.now, EventType::ExecutionCompleted(completed.clone()))],
            completed: Some(completed),
            cascade: Some(terminated.clone()).filter(|terminated| terminated.recurse),
            custom_status,
            ..Commit::default()
        }))
    }

    fn renew(&self, complete: pb::CompleteWorkflowAction, custom_status: Option<String>) -> Verdict {
        let start = self.start();
        let mut carryover = complete.carryover_events;
        carryover.retain(may_be_carried_over);
        Verdict::ContinueAsNew(Box::new(Renewal {
            input: complete.result,
            parent: start.and_then(|start| start.parent_instance.clone()),
            traced: start.is_some_and(|start| start.parent_trace_context.is_some()),
            carryover,
            custom_status,
        }))
    }

    fn version_not_available(&self) -> pb::ExecutionStalledEvent {
        let name = self.ledger.version.as_deref().unwrap_or_default();
        pb::ExecutionStalledEvent {
            reason: StalledReason::VersionNotAvailable as i32,
            description: Some(format!("Version not available: {name}")),
        }
    }
}

/// Every generation gets its own start and its own turns, and a result says nothing to work that is not its own.
fn may_be_carried_over(event: &HistoryEvent) -> bool {
    use EventType::{ExecutionStarted, WorkflowStarted};
    !matches!(event.event_type, Some(ExecutionStarted(_) | WorkflowStarted(_)) | None)
        && !is_resolution(event)
}

/// Whether an event resolves work of the execution that was current when it arrived.
pub(crate) fn is_resolution(event: &HistoryEvent) -> bool {
    matches!(
        event.event_type,
        Some(
            EventType::TaskCompleted(_)
                | EventType::TaskFailed(_)
                | EventType::TimerFired(_)
                | EventType::ChildWorkflowInstanceCompleted(_)
                | EventType::ChildWorkflowInstanceFailed(_)
        )
    )
}

fn is_version_not_available(action: &pb::WorkflowAction) -> bool {
    matches!(action.workflow_action_type, Some(WorkflowActionType::WorkflowVersionNotAvailable(_)))
}

fn is_continue_as_new(action: &pb::WorkflowAction) -> bool {
    matches!(&action.workflow_action_type, Some(WorkflowActionType::CompleteWorkflow(complete))
        if complete.workflow_status == OrchestrationStatus::ContinuedAsNew as i32)
}
