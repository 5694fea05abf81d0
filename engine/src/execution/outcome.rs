//! What a turn answers. See docs/protocol.md, "Answers" and "Continue as new".

use alloc::{string::String, vec::Vec};

use super::{Execution, Phase};
use crate::{
    action::{Action, ActionKind, CompletionStatus},
    answer::{Answer, Outcome, Warning},
    describe::describe_action,
    journal::{BufferedEvents, Journal},
};

/// What an entry of a map costs beside its payload, about.
const ENTRY_BYTES: usize = 192;

impl Execution {
    /// How the turn ended. To be called once, after all its events.
    ///
    /// Actions stay pending until history confirms them.
    pub fn outcome(&mut self) -> Outcome {
        #[cfg(feature = "faults")]
        self.poll_while_woken();
        let mut journal = self.core.journal.borrow_mut();
        let foreign = journal.ledger.take_foreign();
        if let Some(problem) = &journal.problem {
            return Outcome::Problem(problem.clone());
        }
        let mut answer = Answer {
            custom_status: journal.custom_status.clone(),
            version: journal.versions.report(),
            ..Answer::default()
        };
        answer.actions = actions(&journal);
        if self.is_answering() {
            answer.warnings = warnings(&journal, &answer.actions, foreign);
        } else {
            // Nothing new is asked for, but what has run is to be recorded: its result would be dropped without.
            answer.actions.retain(|action| journal.ledger.has_result(action));
        }
        Outcome::Answer(answer)
    }

    /// About how many bytes the execution occupies, for the owner of many.
    pub fn size_bytes(&self) -> usize {
        let journal = self.core.journal.borrow();
        let body = match &self.phase {
            Phase::Running(body) => size_of_val(&**body),
            Phase::Waiting | Phase::Returned | Phase::Over => 0,
        };
        let held = self.held.as_ref().map_or(0, Vec::len);
        let entries = journal.ledger.entries() + journal.inbox.buffered_count() + held;
        let fixed = size_of::<Self>() + size_of::<Journal>() + body;
        fixed + entries * ENTRY_BYTES + journal.payload_bytes() + self.held_bytes
    }
}

fn actions(journal: &Journal) -> Vec<Action> {
    let mut actions = journal.unsent();
    let keeps_events = journal.renewal.as_ref().is_some_and(|renewal| renewal.events == BufferedEvents::Keep);
    if let Some(Action { kind: ActionKind::Complete(end), .. }) = actions.last_mut()
        && end.status == CompletionStatus::ContinuedAsNew
        && keeps_events
    {
        end.carryover.extend(journal.inbox.buffered().cloned());
    }
    actions
}

fn warnings(journal: &Journal, actions: &[Action], foreign: Vec<String>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let continues = |action: &Action| action.kind.end() == Some(CompletionStatus::ContinuedAsNew);
    if actions.iter().any(continues) {
        let dropped: Vec<_> = actions.iter().filter(|action| is_work(action)).map(describe_action).collect();
        if !dropped.is_empty() {
            warnings.push(Warning::DroppedByContinueAsNew { work: dropped });
        }
    }
    let unmatched = journal.ledger.unmatched();
    if !unmatched.is_empty() {
        warnings.push(Warning::UnmatchedResults { work: unmatched });
    }
    if !foreign.is_empty() {
        warnings.push(Warning::ForeignResults { work: foreign });
    }
    warnings
}

/// Whether losing the action loses something. A timer that nobody waits for any more is nothing.
fn is_work(action: &Action) -> bool {
    matches!(
        action.kind,
        ActionKind::ScheduleTask { .. } | ActionKind::CreateChild { .. } | ActionKind::CreateDetached { .. }
    )
}
