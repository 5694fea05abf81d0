//! History that was handed down to a workflow or an activity.

use std::collections::BTreeMap;

use dacapo_engine::FailureDetails;
use dacapo_proto::{PropagatedChunk, PropagationError, decode, pb};

use crate::call::Propagation;
use crate::client::{HistoryEntry, HistoryEvent, entry_of};

/// What the caller of a workflow or an activity let it read of its history, with [`propagate`].
///
/// It holds one workflow after the other, the oldest ancestor first and the caller last: with
/// [`Propagation::OwnHistory`] the caller alone. Dapr 1.18 is the first release that hands history down; see docs/protocol.md,
/// "Propagation".
///
/// ```
/// use dacapo::Propagation;
/// use dacapo::prelude::*;
///
/// #[activity]
/// async fn check(fraud: u32) -> Result<bool> {
///     Ok(fraud == 0)
/// }
///
/// /// Ships only what its caller has checked.
/// #[workflow]
/// async fn ship(ctx: &WorkflowContext, order: u32) -> Result<bool> {
///     let Some(history) = ctx.propagated_history() else { return Ok(false) };
///     let caller = history.workflows().last();
///     let checked = caller.and_then(|caller| caller.last_activity(check.name()));
///     Ok(checked.is_some_and(|check| check.completed))
/// }
///
/// #[workflow]
/// async fn order(id: u32) -> Result<bool> {
///     check(id).await?;
///     Ok(ship(id).propagate(Propagation::OwnHistory).await?)
/// }
/// ```
///
/// [`propagate`]: crate::WorkflowCall::propagate
#[derive(Clone, Debug, PartialEq)]
pub struct PropagatedHistory {
    scope: Option<Propagation>,
    workflows: Vec<PropagatedWorkflow>,
}

impl PropagatedHistory {
    /// Reads and checks what came with a work item.
    pub(crate) fn read(message: pb::PropagatedHistory) -> Result<Self, FailureDetails> {
        let read = decode::propagated_history(message).map_err(|error| invalid(&error))?;
        let scope = match read.scope {
            dacapo_engine::Propagation::None => None,
            dacapo_engine::Propagation::OwnHistory => Some(Propagation::OwnHistory),
            dacapo_engine::Propagation::Lineage => Some(Propagation::Lineage),
        };
        Ok(Self { scope, workflows: read.chunks.into_iter().map(PropagatedWorkflow::from).collect() })
    }

    /// How much the caller asked to hand down; `None` when the sidecar does not say.
    pub fn scope(&self) -> Option<Propagation> {
        self.scope
    }

    /// The workflows, the oldest ancestor first, the caller last. A workflow that calls itself appears more than once.
    pub fn workflows(&self) -> &[PropagatedWorkflow] {
        &self.workflows
    }

    /// The workflows with this name, in the same order.
    pub fn workflows_named(&self, name: &str) -> impl DoubleEndedIterator<Item = &PropagatedWorkflow> {
        self.workflows.iter().filter(move |workflow| workflow.name == name)
    }

    /// The workflow with this name that is nearest to the reader.
    pub fn last_workflow(&self, name: &str) -> Option<&PropagatedWorkflow> {
        self.workflows_named(name).next_back()
    }

    /// The ids of the apps that ran these workflows, each once, in the order of their first workflow.
    pub fn app_ids(&self) -> Vec<&str> {
        let mut ids = Vec::new();
        for workflow in &self.workflows {
            if !ids.contains(&workflow.app_id.as_str()) {
                ids.push(workflow.app_id.as_str());
            }
        }
        ids
    }

    /// All events of all workflows.
    pub fn events(&self) -> impl Iterator<Item = &HistoryEntry> {
        self.workflows.iter().flat_map(|workflow| &workflow.events)
    }

    /// The events of the workflows that the app with this id ran.
    pub fn events_of_app(&self, app_id: &str) -> impl Iterator<Item = &HistoryEntry> {
        self.workflows
            .iter()
            .filter(move |workflow| workflow.app_id == app_id)
            .flat_map(|workflow| &workflow.events)
    }

    /// The events of the instance with this id.
    pub fn events_of_instance(&self, instance_id: &str) -> impl Iterator<Item = &HistoryEntry> {
        let is_meant = move |workflow: &&PropagatedWorkflow| workflow.instance_id == instance_id;
        self.workflows.iter().filter(is_meant).flat_map(|workflow| &workflow.events)
    }

    /// The events of the workflows with this name.
    pub fn events_of_workflow(&self, name: &str) -> impl Iterator<Item = &HistoryEntry> {
        self.workflows_named(name).flat_map(|workflow| &workflow.events)
    }
}

/// The history of one workflow, as far as it went when it was handed down.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PropagatedWorkflow {
    /// The app that ran the workflow.
    pub app_id: String,
    /// The id of the instance.
    pub instance_id: String,
    /// The workflow's name.
    pub name: String,
    /// What was recorded, in order.
    pub events: Vec<HistoryEntry>,
}

impl PropagatedWorkflow {
    /// The calls of the activity with this name, in the order in which they were scheduled. Each attempt is a call of its
    /// own.
    pub fn activities(&self, name: &str) -> Vec<PropagatedCall> {
        self.calls(|event| match event {
            HistoryEvent::ActivityScheduled { name: scheduled, input, .. } if scheduled == name => {
                Some(input.clone())
            }
            _ => None,
        })
        .named(name)
    }

    /// The last call of the activity with this name.
    pub fn last_activity(&self, name: &str) -> Option<PropagatedCall> {
        self.activities(name).pop()
    }

    /// The calls of the child workflow with this name, in the order in which they were scheduled. Each attempt is a call of
    /// its own.
    pub fn children(&self, name: &str) -> Vec<PropagatedCall> {
        self.calls(|event| match event {
            HistoryEvent::ChildCreated { name: created, input, .. } if created == name => Some(input.clone()),
            _ => None,
        })
        .named(name)
    }

    /// The last call of the child workflow with this name.
    pub fn last_child(&self, name: &str) -> Option<PropagatedCall> {
        self.children(name).pop()
    }

    /// The calls that `begins` picks by the event that scheduled them, with their input. Results belong to that event by
    /// its id: attempts of one call share everything else.
    fn calls(&self, begins: impl Fn(&HistoryEvent) -> Option<Option<String>>) -> Calls {
        let mut calls = Calls::default();
        for entry in &self.events {
            if let Some(id) = entry.id
                && let Some(input) = begins(&entry.event)
            {
                calls.begin(id, input);
            }
        }
        self.events.iter().for_each(|entry| calls.settle(&entry.event));
        calls
    }
}

impl From<PropagatedChunk> for PropagatedWorkflow {
    fn from(chunk: PropagatedChunk) -> Self {
        Self {
            app_id: chunk.app_id,
            instance_id: chunk.instance_id,
            name: chunk.workflow_name,
            events: chunk.events.into_iter().map(entry_of).collect(),
        }
    }
}

/// A call of an activity or a child workflow in a history that was handed down.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PropagatedCall {
    /// The name of what was called.
    pub name: String,
    /// Whether it was scheduled: true for every call in a history. Dapr's other SDKs have it too.
    pub started: bool,
    /// Whether it had returned.
    pub completed: bool,
    /// Whether it had failed, or was terminated.
    pub failed: bool,
    /// Its arguments, as JSON text.
    pub input: Option<String>,
    /// What it returned, as JSON text.
    pub output: Option<String>,
    /// Why it failed; `None` also when it was terminated.
    pub error: Option<FailureDetails>,
}

/// Calls by the id of the event that scheduled them, which is their order too.
#[derive(Default)]
struct Calls(BTreeMap<i64, PropagatedCall>);

impl Calls {
    fn begin(&mut self, id: u32, input: Option<String>) {
        self.0.entry(id.into()).or_insert(PropagatedCall {
            started: true,
            input,
            ..PropagatedCall::default()
        });
    }

    /// The first result counts, as it does when histories are replayed.
    fn settle(&mut self, event: &HistoryEvent) {
        let (of, output, error, failed) = match event {
            HistoryEvent::ActivityCompleted { of, result } | HistoryEvent::ChildCompleted { of, result } => {
                (of, result.clone(), None, false)
            }
            HistoryEvent::ActivityFailed { of, failure } | HistoryEvent::ChildFailed { of, failure } => {
                (of, None, failure.clone(), true)
            }
            _ => return,
        };
        if let Some(call) = self.0.get_mut(&(*of).into()).filter(|call| !call.completed && !call.failed) {
            (call.output, call.error, call.failed, call.completed) = (output, error, failed, !failed);
        }
    }

    fn named(self, name: &str) -> Vec<PropagatedCall> {
        self.0.into_values().map(|call| PropagatedCall { name: name.to_owned(), ..call }).collect()
    }
}

fn invalid(error: &PropagationError) -> FailureDetails {
    FailureDetails::new("InvalidPropagatedHistory", error.to_string()).non_retriable()
}

#[cfg(test)]
mod tests;
