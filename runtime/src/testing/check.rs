//! The double check: a turn that is run again from nothing must ask for the same.

use core::panic::Location;
use std::thread;

use dacapo_engine::{Action, ActionKind, Answer, Completion, Problem, TimerOrigin};

use super::fault::Fault;
use super::trace::Trace;
use super::turn::{Ran, Turn};
use crate::registry::Registry;

/// What an author can do about it.
const REMEDY: &str = "a workflow does the same on every replay: take the time from `ctx.now()`, ids from `ctx.new_uuid()`, \
                      order from sorted collections, and everything else that can change from an activity";

/// Whose turn it is, in words.
#[derive(Clone, Debug)]
pub(super) struct Whose {
    pub(super) workflow: String,
    pub(super) instance_id: String,
    pub(super) turn: usize,
}

/// Runs `turn` again, `replays` times and once of those on another thread.
pub(super) fn replay(
    registry: &Registry,
    turn: &Turn,
    first: &Ran,
    replays: usize,
    whose: &Whose,
) -> Result<(), Fault> {
    for number in 0..replays {
        // What belongs to a thread is lost when a worker gives the instance to another.
        let again = if number == 0 {
            let elsewhere = thread::scope(|scope| scope.spawn(|| turn.repeat(registry)).join());
            elsewhere.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        } else {
            turn.repeat(registry)
        };
        compare(first, &again, whose)?;
    }
    Ok(())
}

/// What the code at hand has to say about a problem that the engine found.
pub(super) fn problem(problem: &Problem, recorded: &Trace, code: &Trace, whose: &Whose) -> Fault {
    match problem {
        Problem::Diverged(divergence) => {
            let current = divergence.current.clone().unwrap_or_else(|| "nothing more".to_owned());
            let sides = (
                format!("{}{}", divergence.recorded, asked_at(recorded.get(&divergence.id))),
                format!("{current}{}", asked_at(code.get(&divergence.id))),
            );
            disagree(whose, Some(divergence.id), &sides.0, &sides.1)
        }
        Problem::NotRegistered { name } => Fault::new(format!(
            "workflow `{name}` (instance `{}`) is not registered, and has no mock: add `env.mock({name}, |..| async {{ .. }})`, \
             or register it with `.workflow({name})`",
            whose.instance_id
        )),
        other => Fault::new(format!("{}: {other}", title(whose))),
    }
}

pub(super) fn compare(first: &Ran, again: &Ran, whose: &Whose) -> Result<(), Fault> {
    match (&first.verdict, &again.verdict) {
        (Ok(mine), Ok(theirs)) => compare_answers((mine, &first.trace), (theirs, &again.trace), whose),
        (Ok(_), Err(found)) => Err(problem(found, &first.trace, &again.trace, whose)),
        (Err(_), _) => Ok(()),
    }
}

fn compare_answers(
    (first, first_trace): (&Answer, &Trace),
    (again, again_trace): (&Answer, &Trace),
    whose: &Whose,
) -> Result<(), Fault> {
    let longest = first.actions.len().max(again.actions.len());
    for index in 0..longest {
        let (mine, theirs) = (first.actions.get(index), again.actions.get(index));
        if mine == theirs {
            continue;
        }
        let id = mine.or(theirs).map(|action| action.id);
        let side = |action: Option<&Action>, trace: &Trace| match action {
            Some(action) => format!("{}{}", describe(action), asked_at(trace.get(&action.id))),
            None => "nothing more".to_owned(),
        };
        return Err(disagree(whose, id, &side(mine, first_trace), &side(theirs, again_trace)));
    }
    if first.custom_status != again.custom_status {
        let status = |answer: &Answer| {
            answer
                .custom_status
                .as_ref()
                .map_or("none".to_owned(), |status| format!("custom status {status}"))
        };
        return Err(disagree(whose, None, &status(first), &status(again)));
    }
    if first.version != again.version {
        let version = |answer: &Answer| {
            let version = answer.version.clone().unwrap_or_default();
            format!("patches {:?}, version {:?}", version.patches, version.name)
        };
        return Err(disagree(whose, None, &version(first), &version(again)));
    }
    Ok(())
}

fn title(whose: &Whose) -> String {
    let Whose { workflow, instance_id, turn } = whose;
    format!("workflow `{workflow}` (instance `{instance_id}`, turn {turn})")
}

fn disagree(whose: &Whose, id: Option<i32>, first: &str, again: &str) -> Fault {
    let step = id.map_or_else(String::new, |id| format!(", step {id}"));
    let title = title(whose);
    Fault::new(format!(
        "{title}{step}: the code does not do the same when it is replayed\n  first:  {first}\n  replay: {again}\n  {REMEDY}"
    ))
}

fn asked_at(place: Option<&&Location<'_>>) -> String {
    place.map_or_else(String::new, |place| format!(", at {}", line(place)))
}

/// The file and line of a place, with `/` on every system.
pub(super) fn line(place: &Location<'_>) -> String {
    format!("{}:{}", place.file().replace('\\', "/"), place.line())
}

/// An action in words, with everything that a replay must repeat.
pub(super) fn describe(action: &Action) -> String {
    match &action.kind {
        ActionKind::ScheduleTask { name, input, .. } => format!("activity `{name}`{}", with("input", input)),
        ActionKind::CreateChild { name, instance_id, input, .. } => {
            let id = if instance_id.is_empty() { String::new() } else { format!(" as `{instance_id}`") };
            format!("child workflow `{name}`{id}{}", with("input", input))
        }
        ActionKind::CreateTimer { fire_at, origin: TimerOrigin::ExternalEvent { name }, .. } => {
            format!("wait for event `{name}` until {fire_at}")
        }
        ActionKind::CreateTimer { fire_at, name, .. } => {
            format!(
                "timer{} for {fire_at}",
                name.as_ref().map_or_else(String::new, |name| format!(" `{name}`"))
            )
        }
        ActionKind::CreateDetached { name, instance_id, input, .. } => {
            format!("detached workflow `{name}` as `{instance_id}`{}", with("input", input))
        }
        ActionKind::Complete(Completion { status, result, failure, .. }) => {
            let reason = failure.as_ref().map(|failure| failure.message.clone());
            format!("end as {status:?}{}{}", with("result", result), with("reason", &reason))
        }
        ActionKind::VersionNotAvailable => "no code for this version".to_owned(),
    }
}

fn with(what: &str, payload: &Option<String>) -> String {
    payload.as_ref().map_or_else(String::new, |payload| format!(" with {what} {payload}"))
}
