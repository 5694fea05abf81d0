//! What becomes of an instance that the code at hand cannot go on with.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use dacapo_engine::{Action, ActionKind, Answer, FailureDetails, Problem, WorkflowVersion};

use super::turn;

/// What becomes of an instance that the code at hand cannot go on with: its workflow or version is not registered, the
/// code has diverged from the history, awaits what history does not record, cannot decode what was recorded, or panics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemPolicy {
    /// It stalls, and goes on when code that fits is deployed. Sidecars before Dapr 1.17 know no stalled instances:
    /// there its turn is left unanswered until the worker connects anew.
    #[default]
    Stall,
    /// It fails, for good.
    Fail,
}

/// The answer to a turn that the code at hand cannot run. What history has recorded of versions is reported again, or
/// newer sidecars would take its absence for a problem of its own.
pub(super) fn answer(
    policy: ProblemPolicy,
    failure: FailureDetails,
    recorded: Option<WorkflowVersion>,
) -> Answer {
    match policy {
        ProblemPolicy::Stall => Answer {
            actions: vec![Action { id: 0, router: None, kind: ActionKind::VersionNotAvailable }],
            version: recorded,
            ..Answer::default()
        },
        ProblemPolicy::Fail => turn::failed(failure, recorded),
    }
}

/// A problem in the form in which it would fail the instance.
pub(super) fn failure(problem: &Problem) -> FailureDetails {
    FailureDetails::new(error_type(problem), problem.to_string()).non_retriable()
}

fn error_type(problem: &Problem) -> &'static str {
    match problem {
        Problem::NotRegistered { .. } => "WorkflowNotRegistered",
        Problem::VersionNotAvailable { .. } => "WorkflowVersionNotAvailable",
        Problem::Diverged(_) => "WorkflowDiverged",
        Problem::ForeignAwait { .. } => "ForeignAwait",
        Problem::Panicked { .. } => "WorkflowPanic",
        Problem::Undecodable { .. } => "UndecodablePayload",
        Problem::InvalidOption { .. } => "InvalidOption",
        Problem::LimitExceeded { .. } => "LimitExceeded",
        _ => "WorkflowProblem",
    }
}

/// How many instances are remembered; then the log may say something twice.
const INSTANCES_MAX: usize = 10_000;

/// Logs each problem of each instance once: a stalled instance is tried again with every new stream.
#[derive(Debug, Default)]
pub(super) struct ProblemLog(Mutex<BTreeMap<String, String>>);

impl ProblemLog {
    pub(super) fn report(&self, instance_id: &str, workflow: &str, problem: &str, policy: ProblemPolicy) {
        if !self.is_news(instance_id, problem) {
            return;
        }
        match policy {
            ProblemPolicy::Stall => {
                tracing::error!(instance_id, workflow, "{problem} (the instance stalls until then)");
            }
            ProblemPolicy::Fail => tracing::error!(instance_id, workflow, "{problem} (the instance fails)"),
        }
    }

    fn is_news(&self, instance_id: &str, problem: &str) -> bool {
        let mut reported = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.get(instance_id).is_some_and(|known| known == problem) {
            return false;
        }
        if reported.len() >= INSTANCES_MAX {
            reported.clear();
        }
        reported.insert(instance_id.to_owned(), problem.to_owned());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_news_once_an_instance() {
        let log = ProblemLog::default();
        assert!(log.is_news("a", "diverged"));
        assert!(!log.is_news("a", "diverged"));
        assert!(log.is_news("b", "diverged"));
        assert!(log.is_news("a", "not registered"));
    }

    #[test]
    fn the_log_forgets_at_its_limit() {
        let log = ProblemLog::default();
        for n in 0..INSTANCES_MAX {
            assert!(log.is_news(&n.to_string(), "diverged"));
        }
        assert!(!log.is_news("0", "diverged"));
        assert!(log.is_news("one more", "diverged"));
        assert!(log.is_news("0", "diverged"));
    }

    #[test]
    fn a_stalled_turn_reports_the_recorded_version_and_does_nothing_else() {
        let recorded = WorkflowVersion { patches: vec!["p".into()], name: Some("2".into()) };
        let problem = Problem::NotRegistered { name: "order".into() };
        let answer = answer(ProblemPolicy::Stall, failure(&problem), Some(recorded.clone()));
        assert_eq!(answer.version, Some(recorded));
        assert!(matches!(answer.actions[..], [Action { kind: ActionKind::VersionNotAvailable, .. }]));
    }

    #[test]
    fn a_failed_turn_ends_the_instance_with_the_problem() {
        let problem = Problem::NotRegistered { name: "order".into() };
        let answer = answer(ProblemPolicy::Fail, failure(&problem), None);
        let [Action { id: -1, kind: ActionKind::Complete(completion), .. }] = &answer.actions[..] else {
            panic!("{answer:?}");
        };
        assert_eq!(
            completion.failure.as_ref().map(|failure| &*failure.error_type),
            Some("WorkflowNotRegistered")
        );
    }
}
