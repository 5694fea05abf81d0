//! Whether history alone tells what happened: every prefix of it, replayed from nothing, answers as the live turn did.

use std::sync::Arc;

use dacapo_engine::{Answer, Event, Outcome, Settings, replay};

use super::faults;
use super::interpreter::Interpreter;
use super::program::Program;
use super::sidecar::{Committed, Finished};

/// Replays an execution up to each of its turns.
///
/// # Errors
/// When a turn is answered otherwise than it was.
pub(super) fn check(program: &Arc<Program>, finished: &Finished) -> Result<(), String> {
    for (number, turn) in finished.turns.iter().enumerate() {
        let past = &finished.history[..turn.past];
        let again = answer(program, finished, turn, past, turn.new.clone())?;
        let is_same = turn.is_cut_off
            || (again.actions == turn.answer.actions
                && again.custom_status == turn.answer.custom_status
                && again.version == turn.answer.version);
        if !is_same {
            return Err(format!("turn {number} answered {:#?}\nits history answers {again:#?}", turn.answer));
        }
        if let Some(next) = finished.turns.get(number + 1) {
            check_silence(program, finished, next)?;
        }
    }
    Ok(())
}

/// What was committed before `turn` asks for nothing that is not recorded.
fn check_silence(program: &Arc<Program>, finished: &Finished, turn: &Committed) -> Result<(), String> {
    // A history with other ids than the code gave is another's: the code may go further in it.
    if !finished.has_optional_timers {
        return Ok(());
    }
    let past = &finished.history[..turn.past];
    match answer(program, finished, turn, past, Vec::new())?.actions.first() {
        None => Ok(()),
        Some(action) => Err(format!("the first {} events of history leave {action:?} unrecorded", turn.past)),
    }
}

fn answer(
    program: &Arc<Program>,
    finished: &Finished,
    turn: &Committed,
    past: &[Event],
    new: Vec<Event>,
) -> Result<Answer, String> {
    let interpreter = Interpreter::new(Arc::clone(program), turn.is_patched);
    let instance_id = Some(finished.instance_id.clone());
    let settings = Settings { instance_id, fault: faults::of_engine(), ..Settings::default() };
    match replay(past.to_vec(), new, &interpreter, settings) {
        Outcome::Answer(answer) => Ok(answer),
        Outcome::Problem(problem) => Err(format!("its history has a problem: {problem}")),
    }
}
