//! A single workflow given as a closure.

use dacapo_engine::{
    Context, Event, Execution, FailureDetails, Outcome, Problem, Settings, Start, Started, Workflows,
};

/// Runs `body`, whatever name history asks for.
pub struct Fixed<B>(pub B);

impl<B, F> Workflows for Fixed<B>
where
    B: Fn(Context) -> F,
    F: Future<Output = Result<Option<String>, FailureDetails>> + 'static,
{
    fn start(&self, _: &Start<'_>, context: Context) -> Result<Started, Problem> {
        Ok(Started { body: Box::pin((self.0)(context)), version: None })
    }
}

/// Applies `events` as new ones; the outcome.
pub fn live(execution: &mut Execution, events: Vec<Event>, workflows: &dyn Workflows) -> Outcome {
    for event in events {
        execution.apply(event, false, workflows);
    }
    execution.outcome()
}

/// A first turn with these events after the start.
pub fn first_turn<B, F>(body: B, settings: Settings, events: Vec<Event>) -> Outcome
where
    B: Fn(Context) -> F,
    F: Future<Output = Result<Option<String>, FailureDetails>> + 'static,
{
    let mut new = vec![super::turn(0), super::started("fixed", None)];
    new.extend(events);
    live(&mut Execution::new(settings), new, &Fixed(body))
}
