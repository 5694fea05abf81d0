//! Running a turn from nothing, with everything that is worth comparing.

use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use dacapo_engine::{Answer, Event, EventKind, Execution, Outcome, Problem, Settings};
use dacapo_proto::{decode, pb};

use super::trace::{self, Trace};
use crate::logging;
use crate::propagated::PropagatedHistory;
use crate::registry::Registry;

/// One turn of an instance.
#[derive(Clone)]
pub(super) struct Turn {
    pub(super) instance_id: String,
    /// The committed events, maybe with later ones behind.
    pub(super) history: Arc<[Bytes]>,
    /// How many of them this turn had.
    pub(super) past: usize,
    pub(super) new: Vec<Event>,
    pub(super) propagated: Option<pb::PropagatedHistory>,
}

/// What a turn came to.
#[derive(Clone, Debug)]
pub(super) struct Ran {
    pub(super) verdict: Result<Answer, Problem>,
    pub(super) trace: Trace,
    /// The ids of what the code waits for.
    pub(super) awaited: Vec<i32>,
}

/// The name and input of the workflow, and what tells this execution from others.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Begun {
    pub(super) workflow: String,
    pub(super) input: Option<String>,
    pub(super) execution_id: String,
}

impl Turn {
    /// Runs the turn on a fresh execution.
    pub(super) fn run(&self, registry: &Registry) -> Ran {
        let ((verdict, awaited), trace) = trace::of(|| self.execute(registry));
        Ran { verdict, trace, awaited }
    }

    /// As [`run`](Self::run), without a word in the log.
    pub(super) fn repeat(&self, registry: &Registry) -> Ran {
        logging::unheard(|| self.run(registry))
    }

    fn execute(&self, registry: &Registry) -> (Result<Answer, Problem>, Vec<i32>) {
        let mut execution = match self.execution() {
            Ok(execution) => execution,
            Err(problem) => return (Err(problem), Vec::new()),
        };
        for (index, bytes) in self.past().iter().enumerate() {
            match decode::event_bytes(bytes) {
                Ok(event) => execution.apply(event, true, registry),
                Err(error) => {
                    let what = format!("event {index} of the history");
                    return (Err(Problem::Undecodable { what, error: error.to_string() }), Vec::new());
                }
            }
        }
        (self.go_on(&mut execution, registry), execution.awaited())
    }

    /// An execution that has seen nothing yet.
    fn execution(&self) -> Result<Execution, Problem> {
        let handed_down = self.propagated.clone().map(PropagatedHistory::read).transpose();
        let handed_down = handed_down.map_err(|failure| Problem::Undecodable {
            what: "the history that was handed down".to_owned(),
            error: failure.message,
        })?;
        let attachment = handed_down.map(|history| Rc::new(history) as Rc<dyn Any>);
        let instance_id = Some(self.instance_id.clone());
        Ok(Execution::new(Settings { instance_id, attachment, ..Settings::default() }))
    }

    /// The new events of the turn, on an execution that has seen everything before.
    fn go_on(&self, execution: &mut Execution, registry: &Registry) -> Result<Answer, Problem> {
        for event in &self.new {
            execution.apply(event.clone(), false, registry);
        }
        match execution.outcome() {
            Outcome::Answer(answer) => Ok(answer),
            Outcome::Problem(problem) => Err(problem),
        }
    }

    fn past(&self) -> &[Bytes] {
        self.history.get(..self.past).unwrap_or_default()
    }

    /// How the execution began; `None` in a history without a start.
    pub(super) fn begun(&self) -> Option<Begun> {
        let past = self.past().iter().filter_map(|bytes| decode::event_bytes(bytes).ok());
        past.chain(self.new.iter().cloned()).find_map(|event| match event.kind {
            EventKind::ExecutionStarted(started) => Some(Begun {
                workflow: started.name,
                input: started.input,
                execution_id: started.execution_id.unwrap_or_default(),
            }),
            _ => None,
        })
    }
}

/// Runs all turns of an execution in one go: each on what the one before has left, with the records of its actions in
/// between. Yields what each comes to.
pub(super) fn repeat_all(turns: &[&Turn], registry: &Registry) -> Vec<Ran> {
    let Some(mut execution) = turns.first().and_then(|turn| turn.execution().ok()) else { return Vec::new() };
    let mut seen = 0;
    let mut ran = Vec::new();
    logging::unheard(|| {
        for turn in turns {
            let (verdict, trace) = trace::of(|| {
                let records = turn.past().get(seen..).unwrap_or_default();
                for event in records.iter().filter_map(|bytes| decode::event_bytes(bytes).ok()) {
                    execution.apply(event, true, registry);
                }
                turn.go_on(&mut execution, registry)
            });
            seen = turn.past + turn.new.len();
            ran.push(Ran { verdict, trace, awaited: Vec::new() });
        }
    });
    ran
}
