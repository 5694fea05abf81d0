//! Work that is out: activities, and workflows that a mock answers for.

use dacapo_engine::{Action, ActionKind, Answer, Completion, CompletionStatus};
use dacapo_proto::{ActivityItem, encode};
use dacapo_sidecar::core::Command;

use super::mock::CallKey;
use super::mockable::CalledKind;
use super::turn::Begun;
use crate::registry::Outcome;

/// One piece of work that ends with an outcome.
#[derive(Clone, Debug)]
pub(super) struct Job {
    /// The app whose work it is.
    pub(super) app: String,
    token: String,
    pub(super) key: CallKey,
    pub(super) input: Option<String>,
    /// The activity, unless it is a workflow.
    pub(super) activity: Option<ActivityItem>,
}

impl Job {
    pub(super) fn of_activity(app: &str, item: ActivityItem) -> Self {
        let key = CallKey {
            kind: CalledKind::Activity,
            name: item.name.clone(),
            instance_id: item.instance_id.clone(),
            task_id: item.task_id,
            execution: item.task_execution_id.clone(),
        };
        let (app, token, input) = (app.to_owned(), item.token.clone(), item.input.clone());
        Self { app, token, key, input, activity: Some(item) }
    }

    /// The first turn of a workflow that is mocked, which is also its last.
    pub(super) fn of_workflow(app: &str, token: String, instance_id: String, begun: Begun) -> Self {
        let Begun { workflow: name, input, execution_id: execution } = begun;
        let key = CallKey { kind: CalledKind::Workflow, name, instance_id, task_id: 0, execution };
        Self { app: app.to_owned(), token, key, input, activity: None }
    }

    /// The answer to the sidecar's core.
    pub(super) fn answer(self, outcome: Outcome) -> Command {
        let CallKey { instance_id, task_id, .. } = self.key;
        if self.activity.is_some() {
            let outcome = outcome.as_ref().cloned();
            return Command::CompleteActivity(encode::activity(instance_id, task_id, self.token, outcome));
        }
        let (status, result, failure) = match outcome {
            Ok(result) => (CompletionStatus::Completed, result, None),
            Err(failure) => (CompletionStatus::Failed, None, Some(failure)),
        };
        let end = ActionKind::Complete(Completion { status, result, failure, carryover: Vec::new() });
        let actions = vec![Action { id: 0, router: None, kind: end }];
        let answer = Answer { actions, ..Answer::default() };
        Command::CompleteWorkflow(encode::answer(instance_id, self.token, answer))
    }
}
