//! Workflows whose steps come from somewhere else: a small language, a state machine, a game.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use dacapo::prelude::*;

use crate::chaining::append;

/// A statement of a small language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Statement {
    /// Calls an activity with a variable and keeps the result.
    Call {
        /// The variable that is read.
        from: String,
        /// The word that is added.
        word: String,
        /// The variable that is written.
        to: String,
    },
    /// One after the other.
    Sequence(Vec<Statement>),
    /// All at once.
    Parallel(Vec<Statement>),
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ticket {
    /// Nobody has looked.
    Open,
    /// Somebody works on it.
    Assigned,
    /// It is done, perhaps.
    Resolved,
    /// It is done.
    Closed,
}

/// What can happen to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Somebody takes it.
    Assign,
    /// It is done, they say.
    Resolve,
    /// It was not.
    Reopen,
    /// It was.
    Confirm,
}

/// Something happens to a ticket.
pub const CHANGE: Event<Change> = Event::new("change");

impl Ticket {
    fn after(self, change: Change) -> Option<Self> {
        Some(match (self, change) {
            (Self::Open, Change::Assign) | (Self::Resolved, Change::Reopen) => Self::Assigned,
            (Self::Assigned, Change::Resolve) => Self::Resolved,
            (Self::Resolved, Change::Confirm) => Self::Closed,
            _ => return None,
        })
    }
}

type Variables = BTreeMap<String, String>;

/// Runs a program that came as input.
#[workflow]
pub async fn interpret(program: Statement, variables: Variables) -> Result<Variables> {
    let mut variables = variables;
    let mut stack = vec![program];
    while let Some(statement) = stack.pop() {
        match statement {
            Statement::Sequence(statements) => stack.extend(statements.into_iter().rev()),
            Statement::Call { from, word, to } => {
                let value = variables.get(&from).cloned().unwrap_or_default();
                variables.insert(to, append(value, word).await?);
            }
            Statement::Parallel(statements) => {
                let branches = statements.into_iter().map(|branch| interpret(branch, variables.clone()));
                for branch in branches.collect::<Vec<_>>().await {
                    variables.extend(branch?);
                }
            }
        }
    }
    Ok(variables)
}

/// A state machine that events drive.
#[workflow]
pub async fn ticket(ctx: &WorkflowContext, mut state: Ticket) -> Result<Vec<Ticket>> {
    let mut passed = vec![state];
    while state != Ticket::Closed {
        ctx.set_custom_status(state)?;
        let change = CHANGE.recv().await?;
        let Some(next) = state.after(change) else {
            debug!(?state, ?change, "that changes nothing");
            continue;
        };
        state = next;
        passed.push(state);
    }
    Ok(passed)
}

/// Guess a number: the workflow draws it from its own id, which never changes.
#[workflow]
pub async fn guessing_game(ctx: &WorkflowContext, tries: u8) -> Result<Option<u8>> {
    const GUESS: Event<u8> = Event::new("guess");
    let [secret, ..] = *ctx.new_uuid().as_bytes();
    let outcome = async {
        for attempt in 1..=tries {
            let guess = GUESS.recv().await?;
            let hint = match guess.cmp(&secret) {
                std::cmp::Ordering::Less => "more",
                std::cmp::Ordering::Greater => "less",
                std::cmp::Ordering::Equal => return Ok(ControlFlow::Break(attempt)),
            };
            ctx.set_custom_status(hint)?;
        }
        Ok::<_, Error>(ControlFlow::Continue(()))
    };
    match outcome.await? {
        ControlFlow::Break(attempt) => Ok(Some(attempt)),
        ControlFlow::Continue(()) => Ok(None),
    }
}
