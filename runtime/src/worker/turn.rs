//! Running one turn of a workflow: on a thread for workflows, and then to the sidecar.

use dacapo_engine::{
    Action, ActionKind, Answer, Completion, CompletionStatus, FailureDetails, WorkflowVersion,
};
use dacapo_proto::{WorkflowTurn, encode};
use prost::Message as _;
use tokio::time::{Instant, timeout};

use super::complete::Delivery;
use super::dispatch::admit;
use super::executor::{Ending, TurnEnd};
use super::policy::{self, ProblemPolicy};
use super::session::{Session, describe};
use super::supervisor::Shared;
use super::unsupported;

/// Runs a turn and answers for it.
pub(super) async fn run(shared: &Shared, session: &Session, turn: WorkflowTurn) {
    let Some(_permit) = admit(shared, session, &shared.workflow_permits).await else { return };
    let (instance_id, token) = (turn.instance_id.clone(), turn.token.clone());
    let is_first = turn.past.is_empty() && turn.cached_history.is_none();
    let Some(end) = execute(shared, session, turn).await else { return };
    let Ending { workflow, verdict, recorded } = end;
    let verdict = match verdict {
        Ok(answer) => unsupported::refuse(session, &workflow, answer).await,
        problem => problem,
    };
    let answer = match verdict {
        Ok(answer) => answer,
        Err(problem) => {
            let Some(policy) = policy_for(shared, session, &problem, is_first).await else {
                shared.problems.report(&instance_id, &workflow, &problem.message, ProblemPolicy::Stall);
                // Unanswered, the turn waits for the next stream.
                return;
            };
            shared.problems.report(&instance_id, &workflow, &problem.message, policy);
            if unsupported::is_refusal(&problem) {
                // What was kept believes that its actions are on their way.
                shared.threads.forget(instance_id.clone());
            }
            policy::answer(policy, problem, recorded)
        }
    };
    for warning in &answer.warnings {
        tracing::warn!(instance_id, workflow, "{warning}");
    }
    if !deliver(session, &workflow, &instance_id, &token, answer).await {
        shared.threads.forget(instance_id);
    }
}

/// What becomes of an instance with this problem; `None` when the sidecar cannot hold it, so that the turn is best left
/// unanswered.
async fn policy_for(
    shared: &Shared,
    session: &Session,
    problem: &FailureDetails,
    is_first: bool,
) -> Option<ProblemPolicy> {
    let stalls = session.can_stall().await && (!is_first || session.release().await.stalls_first_turns());
    match shared.settings.on_problem {
        // No other code would help the instance, so it does not wait for any.
        ProblemPolicy::Stall if !stalls && unsupported::is_refusal(problem) => Some(ProblemPolicy::Fail),
        ProblemPolicy::Stall if !stalls => None,
        policy => Some(policy),
    }
}

/// The end of the turn; `None` when the stream was torn down.
async fn execute(shared: &Shared, session: &Session, turn: WorkflowTurn) -> Option<Ending> {
    let instance_id = turn.instance_id.clone();
    match watched(shared, session, turn).await {
        TurnEnd::Ended(ending) => Some(ending),
        TurnEnd::HistoryNeeded(mut turn) => {
            match session.history(&instance_id).await {
                Ok(past) => (turn.past, turn.cached_history) = (past, None),
                Err(status) => {
                    session.tear_down(format!(
                        "the history of `{instance_id}` cannot be read: {}",
                        describe(&status)
                    ));
                    return None;
                }
            }
            match watched(shared, session, *turn).await {
                TurnEnd::Ended(ending) => Some(ending),
                // Nothing is left out any more, so nothing can be needed.
                TurnEnd::HistoryNeeded(_) => None,
            }
        }
    }
}

/// Waits for the turn, and says so when that takes long.
async fn watched(shared: &Shared, session: &Session, turn: WorkflowTurn) -> TurnEnd {
    let instance_id = turn.instance_id.clone();
    let (begun, mut end) = shared.threads.run(turn, session.number);
    let workflow = tokio::select! {
        biased;
        end = &mut end => return end.unwrap_or_else(|_| TurnEnd::panicked()),
        workflow = begun => workflow.unwrap_or_default(),
    };
    let since = Instant::now();
    match timeout(shared.settings.slow_turn, &mut end).await {
        Ok(end) => end.unwrap_or_else(|_| TurnEnd::panicked()),
        Err(_) => {
            let after = shared.settings.slow_turn;
            tracing::warn!(
                instance_id,
                workflow,
                ?after,
                "a turn of this workflow is still running: code in a workflow must not block or compute for long; that is \
                 the work of an activity"
            );
            let end = end.await.unwrap_or_else(|_| TurnEnd::panicked());
            tracing::warn!(instance_id, workflow, took = ?since.elapsed(), "the slow turn has ended");
            end
        }
    }
}

/// Gives the answer to the sidecar. Whether it arrived as it is.
async fn deliver(session: &Session, workflow: &str, instance_id: &str, token: &str, answer: Answer) -> bool {
    let version = answer.version.clone();
    let response = encode::answer(instance_id, token, answer);
    let bytes = response.encoded_len();
    let limit = match session.complete_workflow(response).await {
        Delivery::Done => return true,
        Delivery::Lost => return false,
        Delivery::TooLarge(limit) => limit,
    };
    tracing::error!(
        instance_id,
        workflow,
        bytes,
        limit,
        "the answer of a turn is too large; the workflow fails"
    );
    let failure = encode::answer(instance_id, token, too_large(workflow, bytes, &limit, version));
    if let Delivery::TooLarge(limit) = session.complete_workflow(failure).await {
        session
            .tear_down(format!("not even the failure of workflow `{workflow}` fits into a message: {limit}"));
    }
    false
}

/// Nothing of the turn can be sent, so the instance ends; waiting would only repeat it.
fn too_large(workflow: &str, bytes: usize, limit: &str, version: Option<WorkflowVersion>) -> Answer {
    let message = format!(
        "a turn of workflow `{workflow}` has an answer of {bytes} bytes, which is too large for the sidecar ({limit}); pass \
         references to large data, start less work at a time, or raise the limit"
    );
    failed(FailureDetails::new("PayloadTooLarge", message).non_retriable(), version)
}

/// An answer that fails the instance. Every sidecar takes -1 for a failure that no code of the workflow asked for.
pub(super) fn failed(failure: FailureDetails, version: Option<WorkflowVersion>) -> Answer {
    let completion = Completion {
        status: CompletionStatus::Failed,
        result: None,
        failure: Some(failure),
        carryover: Vec::new(),
    };
    Answer {
        actions: vec![Action { id: -1, router: None, kind: ActionKind::Complete(completion) }],
        version,
        ..Answer::default()
    }
}
