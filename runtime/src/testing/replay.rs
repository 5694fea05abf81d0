//! Replaying recorded histories with the code at hand.

use core::fmt;
use std::path::Path;
use std::sync::Arc;

use dacapo_engine::{Event, EventKind, Execution, Outcome, Problem, Settings};
use dacapo_proto::pb;
use dacapo_proto::pb::history_event::EventType;

use super::check::{describe, line};
use super::diff::diff;
use super::history;
use super::trace::{self, Trace};
use crate::client::RecordedHistory;
use crate::logging;
use crate::registry::Registry;

/// A replay that found nothing wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replayed {
    /// How many turns were replayed.
    pub turns: usize,
    /// What today's code asks for after the end of the history. While an instance runs it has nothing to ask for; after one
    /// that has ended, something here means that today's code ends another way.
    pub asks_for: Vec<String>,
}

/// Why the code at hand cannot go on with a recorded instance.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplayError {
    text: String,
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for ReplayError {}

/// Replaying histories.
impl RecordedHistory {
    /// Runs today's code of the workflow, as it is linked into this program, over this history. Activities are not run: their
    /// results are in it.
    ///
    /// ```standalone_crate
    /// # use dacapo::prelude::*;
    /// # use dacapo::testing::TestEnv;
    /// # #[activity] async fn charge(amount: u64) -> Result<u64> { Ok(amount) }
    /// # #[workflow] async fn pay(amount: u64) -> Result<u64> { Ok(charge(amount).await?) }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
    /// # let run = TestEnv::new().schedule(pay(7)).await?;
    /// # run.result().await?;
    /// assert_eq!(run.history().await?.replay()?.turns, 2);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ReplayError`] when an instance with this history, or with its beginning, could not go on: its code has diverged, is
    /// not there, cannot read what was recorded, or waits for what history does not record. The text has what was recorded
    /// beside what the code asks for.
    pub fn replay(&self) -> Result<Replayed, ReplayError> {
        let mut registry = Registry::default();
        registry.add_all();
        if let Err(error) = registry.check_name("workflow", self.workflow().unwrap_or_default()) {
            return Err(ReplayError { text: error.to_string() });
        }
        Replay { history: self, registry: Arc::new(registry) }.run()
    }
}

struct Replay<'a> {
    history: &'a RecordedHistory,
    registry: Arc<Registry>,
}

impl Replay<'_> {
    fn run(&self) -> Result<Replayed, ReplayError> {
        let events = self.history.0.for_engine();
        let (outcome, trace) = self.apply(&events);
        match outcome {
            Outcome::Answer(answer) => {
                let opens_turn = |event: &&Event| matches!(event.kind, EventKind::WorkflowStarted { .. });
                Ok(Replayed {
                    turns: events.iter().filter(opens_turn).count(),
                    asks_for: answer
                        .actions
                        .iter()
                        .filter(|action| !self.ended_as(action))
                        .map(describe)
                        .collect(),
                })
            }
            Outcome::Problem(problem) => Err(self.broken(&events, &problem, &trace)),
        }
    }

    fn apply(&self, events: &[Event]) -> (Outcome, Trace) {
        logging::unheard(|| {
            trace::of(|| {
                let instance_id = Some(self.history.instance_id().to_owned());
                let mut execution = Execution::new(Settings { instance_id, ..Settings::default() });
                for event in events {
                    execution.apply(event.clone(), true, &*self.registry);
                }
                execution.outcome()
            })
        })
    }

    /// Whether the history has this very end. The engine needs no confirmation of it.
    fn ended_as(&self, action: &dacapo_engine::Action) -> bool {
        let dacapo_engine::ActionKind::Complete(end) = &action.kind else { return false };
        let recorded = self.history.0.events.iter().rev().find_map(|event| match &event.event_type {
            Some(EventType::ExecutionCompleted(ended)) => Some(ended),
            _ => None,
        });
        recorded.is_some_and(|recorded| {
            recorded.result == end.result && recorded.failure_details.is_some() == end.failure.is_some()
        })
    }

    /// What was recorded beside what the code asks for, up to the event that it could not go on with.
    fn broken(&self, events: &[Event], problem: &Problem, trace: &Trace) -> ReplayError {
        let broken_at =
            (0..events.len()).find(|end| matches!(self.apply(&events[..=*end]).0, Outcome::Problem(_)));
        let index = broken_at.unwrap_or_default();
        let name = self.history.workflow().unwrap_or("(without a name)");
        let instance_id = self.history.instance_id();
        let mut text = format!(
            "instance `{instance_id}` of workflow `{name}` cannot go on with this code (event {index} of its history)\n  {problem}"
        );
        if let Problem::Diverged(divergence) = problem {
            if let Some(place) = trace.get(&divergence.id) {
                text.push_str(&format!("\n  the code asks for it at {}", line(place)));
            }
            let lines = self.both_sides(events, index);
            text.push_str("\n  steps (`-` recorded, `+` asked for by this code)\n    ");
            text.push_str(&lines.join("\n    "));
        }
        ReplayError { text }
    }

    /// The steps that were recorded, and those that the code asks for with what came before the event at `index`.
    fn both_sides(&self, events: &[Event], index: usize) -> Vec<String> {
        let wire = &self.history.0.events;
        let confirmed = steps(&wire[..index]);
        let recorded = steps(&wire[..turn_end(events, index)]);
        // What the code asks for beside what history has confirmed: those have left its answer.
        let asked = match self.apply(&events[..index]).0 {
            Outcome::Answer(answer) => answer.actions,
            Outcome::Problem(_) => Vec::new(),
        };
        let mut code = confirmed;
        code.extend(asked.iter().map(|action| (action.id, history::step_of_action(action))));
        code.sort_by_key(|(id, _)| *id);
        let text = |steps: Vec<(i32, String)>| -> Vec<String> {
            steps.into_iter().map(|(id, step)| format!("{id:>3} {step}")).collect()
        };
        diff(&text(recorded), &text(code), |one, other| one == other)
    }
}

/// The place after the last event of the turn around `index`.
fn turn_end(events: &[Event], index: usize) -> usize {
    let later = events.iter().enumerate().skip(index + 1);
    let mut next = later.filter(|(_, event)| matches!(event.kind, EventKind::WorkflowStarted { .. }));
    next.next().map_or(events.len(), |(place, _)| place)
}

/// The work that events record, by its ids.
fn steps(events: &[pb::HistoryEvent]) -> Vec<(i32, String)> {
    let step = |event: &pb::HistoryEvent| {
        Some((event.event_id, history::step_of_event(event.event_type.as_ref()?)?))
    };
    events.iter().filter_map(step).collect()
}

/// What [`replay!`](crate::replay) does: every file that fits the pattern.
///
/// # Panics
/// When a history cannot be read or replayed, with the file; when no file fits.
#[doc(hidden)]
pub fn replay_files(package: &str, pattern: &str) {
    let files = matching(Path::new(package), pattern);
    assert!(!files.is_empty(), "no file fits `{pattern}` in {package}: a replay of nothing proves nothing");
    let mut broken = Vec::new();
    for file in &files {
        let name = file.strip_prefix(package).unwrap_or(file).display().to_string().replace('\\', "/");
        if let Err(text) = replay_file(file) {
            broken.push(format!("{name}: {text}"));
        }
    }
    let count = broken.len();
    assert!(
        broken.is_empty(),
        "{count} of {} histories cannot be replayed\n{}",
        files.len(),
        broken.join("\n")
    );
}

fn replay_file(file: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let history = RecordedHistory::from_json(&text).map_err(|error| error.to_string())?;
    history.replay().map_err(|error| error.to_string()).map(drop)
}

/// The files of a folder whose names fit a pattern with at most one `*` in its last part, sorted.
fn matching(package: &Path, pattern: &str) -> Vec<std::path::PathBuf> {
    let path = package.join(pattern);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Some((start, end)) = name.split_once('*') else {
        return if path.is_file() { vec![path] } else { Vec::new() };
    };
    let Some(entries) = path.parent().and_then(|folder| std::fs::read_dir(folder).ok()) else {
        return Vec::new();
    };
    let fits = |path: &std::path::PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
    };
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(fits).collect();
    files.sort();
    files
}

/// Runs today's code over recorded histories: a test in one line, `replay!("histories/*.json");`.
///
/// The path is relative to the package; its last part may have one `*`. It fails when an edit breaks instances that run, with
/// what was recorded beside what the code asks for now. All workflows that are linked into the test are known.
///
/// The files come from `dacapo-sidecar wf export`, from
/// [`Instance::recorded_history`](crate::client::Instance::recorded_history), or from a test's
/// [`TestRun::history`](crate::testing::TestRun::history).
#[macro_export]
macro_rules! replay {
    ($pattern:literal) => {
        $crate::testing::replay_files(::core::env!("CARGO_MANIFEST_DIR"), $pattern)
    };
}
