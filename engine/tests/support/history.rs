//! Golden histories: turns in, answers out, checked in every way that must not make a difference.

use std::{fmt::Write as _, fs, path::Path};

use dacapo_engine::{
    Action, ActionKind, Event, EventKind, Execution, Outcome, Router, Settings, Warning, WorkflowVersion,
    replay,
};
use serde_json::{Map, Value, json};

use super::{at, json, programs::Programs};

/// Seconds between the turns of a history that does not say when they are.
const SECONDS_PER_TURN: i64 = 10;

/// Checks the history in this file; with `DACAPO_BLESS` set, writes down what the engine answers.
///
/// # Panics
/// When the engine answers otherwise.
pub fn check(file: &Path) {
    let text = fs::read_to_string(file).unwrap();
    let mut story: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file:?}: {error}"));
    let bless = std::env::var_os("DACAPO_BLESS").is_some();
    let mut run = Run::new(&story);
    let turns = story["turns"].as_array_mut().unwrap();
    for (number, turn) in turns.iter_mut().enumerate() {
        let outcome = run.turn(number, turn);
        let answer = json::outcome(&outcome);
        if bless {
            turn["answer"] = answer;
        } else {
            assert_eq!(pretty(&answer), pretty(&turn["answer"]), "turn {number} of {file:?}");
        }
    }
    if bless {
        fs::write(file, format_story(&story)).unwrap();
    }
}

/// A history that is being told.
struct Run {
    program: String,
    settings: Settings,
    input: Value,
    /// Whether the answer may depend on which events are new, as it does for patches.
    is_split_alike: bool,
    past: Vec<Event>,
    warm: Execution,
    since: Vec<Event>,
}

impl Run {
    fn new(story: &Value) -> Self {
        let settings =
            Settings { instance_id: story["request"].as_str().map(Into::into), ..Settings::default() };
        Self {
            program: story["program"].as_str().unwrap().into(),
            input: story["input"].clone(),
            is_split_alike: story["live"].is_null(),
            past: Vec::new(),
            warm: Execution::new(settings.clone()),
            since: Vec::new(),
            settings,
        }
    }

    fn turn(&mut self, number: usize, told: &Value) -> Outcome {
        let default_time = i64::try_from(number).unwrap() * SECONDS_PER_TURN;
        let seconds = told["at"].as_i64().unwrap_or(default_time);
        if let Some(program) = told["program"].as_str() {
            // A deploy: the code that was kept is gone.
            self.program = program.into();
            self.forget_warm();
        }
        if told["past"].is_array() {
            self.past = self.events(&told["past"], 0);
            self.forget_warm();
        }
        let mut new = vec![super::turn(seconds)];
        new.extend(self.events(&told["new"], seconds));
        let cold = self.replay(&self.past, &new);
        self.check_warm(&new, &cold);
        self.check_splits(&new, &cold);
        self.commit(new, &cold, seconds);
        cold
    }

    fn events(&self, told: &Value, seconds: i64) -> Vec<Event> {
        told.as_array().into_iter().flatten().map(|value| self.event(value, seconds)).collect()
    }

    fn event(&self, value: &Value, seconds: i64) -> Event {
        let mut event = json::event(value, at(seconds));
        if let EventKind::ExecutionStarted(started) = &mut event.kind {
            started.name = if started.name.is_empty() { self.program.clone() } else { started.name.clone() };
            started.input = self.input.as_str().map(Into::into);
        }
        event
    }

    fn replay(&self, past: &[Event], new: &[Event]) -> Outcome {
        replay(past.to_vec(), new.to_vec(), &self.programs(), self.settings.clone())
    }

    fn programs(&self) -> Programs {
        Programs { instead: Some(self.program.clone()) }
    }

    fn forget_warm(&mut self) {
        self.warm = Execution::new(self.settings.clone());
        self.since = self.past.clone();
    }

    fn check_warm(&mut self, new: &[Event], cold: &Outcome) {
        let programs = self.programs();
        for event in self.since.drain(..) {
            self.warm.apply(event, true, &programs);
        }
        for event in new {
            self.warm.apply(event.clone(), false, &programs);
        }
        assert_eq!(&self.warm.outcome(), cold, "a kept execution answers otherwise than a replay");
    }

    /// The same events in more turns, of which the first ones ask for nothing new.
    fn check_splits(&self, new: &[Event], cold: &Outcome) {
        for split in 1..=new.len() {
            let mut past = self.past.clone();
            past.extend_from_slice(&new[..split]);
            let outcome = self.replay(&past, &new[split..]);
            if self.is_split_alike {
                let (outcome, cold) = (without_news(&outcome), without_news(cold));
                assert_eq!(outcome, cold, "split after {split} events the turn ends otherwise");
            }
        }
    }

    /// What the sidecar writes down.
    fn commit(&mut self, mut new: Vec<Event>, outcome: &Outcome, seconds: i64) {
        let Outcome::Answer(answer) = outcome else { return };
        self.since = answer.actions.iter().filter_map(|action| recorded(action, seconds)).collect();
        if let (Some(version), EventKind::WorkflowStarted { version: place }) =
            (answer.version.clone(), &mut new[0].kind)
        {
            let past = self.past.iter().filter_map(|event| match &event.kind {
                EventKind::WorkflowStarted { version: Some(version) } => Some(version.patches.len()),
                _ => None,
            });
            let known = past.sum::<usize>();
            let patches = version.patches.get(known..).unwrap_or_default().to_vec();
            *place = Some(WorkflowVersion { patches, name: version.name });
        }
        self.past.extend(new);
        self.past.extend(self.since.iter().cloned());
    }
}

/// The outcome without the warnings that tell of new events.
fn without_news(outcome: &Outcome) -> Outcome {
    let mut outcome = outcome.clone();
    if let Outcome::Answer(answer) = &mut outcome {
        answer.warnings.retain(|warning| !matches!(warning, Warning::ForeignResults { .. }));
    }
    outcome
}

/// The event that records `action`.
fn recorded(action: &Action, seconds: i64) -> Option<Event> {
    let kind = match action.kind.clone() {
        ActionKind::ScheduleTask { name, task_execution_id, .. } => {
            EventKind::TaskScheduled { name, task_execution_id }
        }
        ActionKind::CreateChild { instance_id, name, .. } => {
            let default_id = || format!("abc:{:04x}", action.id);
            let instance_id = if instance_id.is_empty() { default_id() } else { instance_id };
            EventKind::ChildCreated { name, instance_id }
        }
        ActionKind::CreateTimer { fire_at, name, origin } => {
            EventKind::TimerCreated { fire_at, name, origin: Some(origin) }
        }
        ActionKind::CreateDetached { instance_id, .. } => EventKind::DetachedCreated { instance_id },
        ActionKind::Complete(_) => EventKind::ExecutionCompleted,
        ActionKind::VersionNotAvailable => return None,
    };
    let router = Some(Router { source_app: "shop".into(), ..action.router.clone().unwrap_or_default() });
    Some(Event { id: action.id, timestamp: at(seconds), router, kind })
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

/// One line an event and an action.
fn format_story(story: &Value) -> String {
    let mut text = String::from("{\n");
    for key in ["about", "program", "request", "input", "live"] {
        if !story[key].is_null() {
            writeln!(text, "  {}: {},", json!(key), story[key]).unwrap();
        }
    }
    text.push_str("  \"turns\": [\n");
    let turns: Vec<_> = story["turns"].as_array().unwrap().iter().map(format_turn).collect();
    write!(text, "{}\n  ]\n}}\n", turns.join(",\n")).unwrap();
    text
}

fn format_turn(turn: &Value) -> String {
    let mut parts = Vec::new();
    for key in ["about", "program", "at"] {
        if !turn[key].is_null() {
            parts.push(format!("{}: {}", json!(key), turn[key]));
        }
    }
    for key in ["past", "new"] {
        if !turn[key].is_null() {
            parts.push(format!("{}: {}", json!(key), lines(&turn[key])));
        }
    }
    let answer = turn["answer"].as_object().unwrap();
    parts.push(format!("\"answer\": {{ {} }}", format_answer(answer)));
    format!("    {{\n      {}\n    }}", parts.join(",\n      "))
}

fn format_answer(answer: &Map<String, Value>) -> String {
    let parts = answer.iter().map(|(key, value)| match key.as_str() {
        "actions" => format!("\"actions\": {}", lines(value)),
        key => format!("{}: {value}", json!(key)),
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn lines(values: &Value) -> String {
    let values = values.as_array().unwrap();
    match values.len() {
        0 => "[]".into(),
        1 => format!("[{}]", values[0]),
        _ => {
            let lines: Vec<_> = values.iter().map(|value| format!("        {value}")).collect();
            format!("[\n{}\n      ]", lines.join(",\n"))
        }
    }
}
