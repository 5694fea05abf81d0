//! What a world does to a program, step by step, until the program ends.

use std::sync::Arc;

use dacapo_engine::{Event, EventKind};
use proptest::collection::vec;
use proptest::prelude::*;

use super::check::check;
use super::era::{Era, era};
use super::interpreter::Interpreter;
use super::program::{EVENT_NAMES, Program};
use super::sidecar::{Finished, Offer, Sidecar};
use super::work::{Ending, Kind, call_of, finished, result_of};
use super::workers::Worker;

/// What happens to an instance.
#[derive(Clone, Debug)]
pub(super) struct World {
    era: Era,
    steps: Vec<Step>,
    /// Whether the code with patches is there from the beginning.
    is_patched: bool,
}

#[derive(Clone, Debug)]
enum Step {
    /// A worker runs a turn.
    Turn {
        worker: usize,
        at_most: usize,
        fate: Fate,
        is_history_given: bool,
    },
    /// Some work ends.
    Finish {
        choice: usize,
        ending: Ending,
    },
    Raise {
        name: u8,
    },
    Suspend,
    Resume,
    Terminate,
    /// A result comes again, and is another.
    Repeat {
        choice: usize,
        ending: Ending,
    },
    /// A result comes of work that may never have been.
    Stray {
        kind: Kind,
        id: i32,
        ending: Ending,
    },
    /// The result of an activity of another instance comes.
    Foreign {
        id: i32,
        ending: Ending,
    },
    Crash {
        worker: usize,
    },
    Evict {
        worker: usize,
    },
    Reconnect {
        worker: usize,
    },
    Deploy,
    /// An ended instance is created anew.
    Recreate,
    /// An ended instance runs again from an event on.
    Rerun {
        choice: usize,
    },
}

/// What becomes of a turn.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Saved,
    /// The answer is lost. Whether the worker learns it.
    Lost {
        is_known: bool,
    },
    /// Its work is begun, but nothing is saved.
    Begun {
        is_known: bool,
    },
    /// The worker crashes.
    Crashed,
}

/// How many turns an instance may take that gets everything it waits for.
const TURNS_MAX: usize = 400;

/// How often an ended instance begins again.
const LIVES_MAX: usize = 3;

pub(super) fn world() -> impl Strategy<Value = World> {
    let steps = prop_oneof![1 => vec(step(), 0..20), 1 => vec(step(), 20..80)];
    (era(), steps, prop::bool::weighted(0.7)).prop_map(|(era, steps, is_patched)| World {
        era,
        steps,
        is_patched,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let worker = prop_oneof![4 => Just(0), 1 => Just(1_usize)];
    let at_most = prop_oneof![2 => Just(usize::MAX), 1 => 1..4_usize];
    let choice = any::<u8>().prop_map(usize::from);
    let turn = (worker.clone(), at_most, fate(), prop::bool::weighted(0.8)).prop_map(
        |(worker, at_most, fate, is_history_given)| Step::Turn { worker, at_most, fate, is_history_given },
    );
    let kind = prop_oneof![Just(Kind::Task), Just(Kind::Child), Just(Kind::Timer)];
    prop_oneof![
        20 => turn,
        20 => (choice.clone(), ending()).prop_map(|(choice, ending)| Step::Finish { choice, ending }),
        8 => (0..EVENT_NAMES).prop_map(|name| Step::Raise { name }),
        2 => Just(Step::Suspend),
        3 => Just(Step::Resume),
        1 => Just(Step::Terminate),
        2 => (choice.clone(), ending()).prop_map(|(choice, ending)| Step::Repeat { choice, ending }),
        2 => (kind, 0..12_i32, ending()).prop_map(|(kind, id, ending)| Step::Stray { kind, id, ending }),
        2 => (0..12_i32, ending()).prop_map(|(id, ending)| Step::Foreign { id, ending }),
        1 => worker.clone().prop_map(|worker| Step::Crash { worker }),
        1 => worker.clone().prop_map(|worker| Step::Evict { worker }),
        1 => worker.prop_map(|worker| Step::Reconnect { worker }),
        1 => Just(Step::Deploy),
        2 => Just(Step::Recreate),
        2 => choice.prop_map(|choice| Step::Rerun { choice }),
    ]
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        12 => Just(Fate::Saved),
        2 => any::<bool>().prop_map(|is_known| Fate::Lost { is_known }),
        2 => any::<bool>().prop_map(|is_known| Fate::Begun { is_known }),
        1 => Just(Fate::Crashed),
    ]
}

fn ending() -> impl Strategy<Value = Ending> {
    prop_oneof![5 => Just(Ending::Well), 2 => (0..4_u8).prop_map(Ending::Badly), 1 => Just(Ending::Bare)]
}

/// A program in its world.
struct Play {
    program: Arc<Program>,
    sidecar: Sidecar,
    workers: [Worker; 2],
    is_patched: bool,
    lives: usize,
}

/// Plays a program in a world to its end.
///
/// # Errors
/// When it does not end, or not all ways to run a turn answer the same.
pub(super) fn play(program: &Arc<Program>, world: &World) -> Result<(), String> {
    let worker = || Worker::new(Interpreter::new(Arc::clone(program), world.is_patched));
    let mut play = Play {
        program: Arc::clone(program),
        sidecar: Sidecar::new(world.era),
        workers: [worker(), worker()],
        is_patched: world.is_patched,
        lives: 1,
    };
    for step in &world.steps {
        play.step(step)?;
    }
    play.finish()
}

impl Play {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        let is_over = self.sidecar.end.is_some();
        match *step {
            Step::Recreate | Step::Rerun { .. } if !is_over || self.lives == LIVES_MAX => {}
            Step::Recreate => {
                self.lives += 1;
                self.sidecar.begin(Some("0".to_owned()), Vec::new());
            }
            // In another order than they were given, the ids of other SDKs cannot be told from ours.
            Step::Rerun { .. } | Step::Stray { .. } if !self.sidecar.era.has_optional_timers => {}
            // The record of a call may come late, and only the ids that this instance and its source give are known.
            Step::Rerun { .. } if self.sidecar.era.has_call_ids && self.sidecar.is_rerun() => {}
            Step::Rerun { choice } => {
                self.lives += 1;
                self.sidecar.rerun(choice);
            }
            Step::Crash { worker } => self.crash(worker),
            Step::Evict { worker } => self.workers[worker].forget(&self.sidecar.instance_id),
            Step::Reconnect { worker } => self.workers[worker].reconnect(),
            Step::Deploy => {
                self.is_patched = true;
                (0..self.workers.len()).for_each(|worker| self.crash(worker));
            }
            Step::Turn { worker, at_most, fate, is_history_given } => {
                self.turn(worker, at_most, fate, is_history_given)?;
            }
            _ if is_over => {}
            Step::Finish { choice, ending } => self.finish_work(choice, ending),
            Step::Raise { name } => self.raise(name),
            Step::Suspend => self.post(EventKind::ExecutionSuspended),
            Step::Resume => self.post(EventKind::ExecutionResumed),
            Step::Terminate => {
                self.post(EventKind::ExecutionTerminated { input: Some("stop".to_owned()), recurse: true });
            }
            Step::Repeat { choice, ending } => self.repeat(choice, ending),
            Step::Stray { kind, id, ending } => {
                self.post(finished(kind, id, "stray".to_owned(), ending, String::new()))
            }
            Step::Foreign { id, ending } if self.sidecar.era.has_call_ids => {
                self.post(finished(Kind::Task, id, "foreign:".to_owned(), ending, "another-call".to_owned()));
            }
            Step::Foreign { .. } => {}
        }
        Ok(())
    }

    fn crash(&mut self, worker: usize) {
        self.workers[worker] = Worker::new(Interpreter::new(Arc::clone(&self.program), self.is_patched));
    }

    fn post(&mut self, kind: EventKind) {
        let event = self.sidecar.event(-1, kind);
        self.sidecar.inbox.push(event);
    }

    fn raise(&mut self, name: u8) {
        let number = self.sidecar.number();
        let called = if number.is_multiple_of(2) { format!("e{name}") } else { format!("E{name}") };
        self.post(EventKind::EventRaised { name: called, input: Some(format!("e{name}:{number}")) });
    }

    fn finish_work(&mut self, choice: usize, ending: Ending) {
        let Self { sidecar, .. } = self;
        let may_end = |work: &super::work::Work| {
            let is_stale = work.execution_id != sidecar.execution_id;
            !work.is_done && !work.is_endless() && (!is_stale || !sidecar.era.drops_stale)
        };
        let open: Vec<usize> =
            (0..sidecar.works.len()).filter(|index| may_end(&sidecar.works[*index])).collect();
        let Some(index) = open.get(choice % open.len().max(1)) else { return };
        let work = sidecar.works[*index].clone();
        sidecar.works[*index].is_done = true;
        let event = work.finish(sidecar, ending);
        sidecar.inbox.push(event);
    }

    fn repeat(&mut self, choice: usize, ending: Ending) {
        let history = self.sidecar.history.iter();
        let results: Vec<_> =
            history.filter_map(|event| Some((result_of(event)?, call_of(event).to_owned()))).collect();
        let Some(((kind, id), call)) = results.get(choice % results.len().max(1)) else { return };
        self.post(finished(*kind, *id, "repeat:".to_owned(), ending, call.clone()));
    }

    fn turn(
        &mut self,
        worker: usize,
        at_most: usize,
        fate: Fate,
        is_history_given: bool,
    ) -> Result<(), String> {
        if self.sidecar.end.is_some() || self.sidecar.inbox.is_empty() {
            return Ok(());
        }
        let offer = self.sidecar.offer(at_most);
        let answer = self.workers[worker].run(&self.sidecar, &offer, is_history_given);
        let Some(answer) = answer.map_err(|wrong| self.told(&offer, &wrong))? else {
            return Ok(());
        };
        match fate {
            Fate::Saved => {
                let committed = self.sidecar.commit(offer.clone(), &answer, self.is_patched);
                let finished =
                    committed.map_err(|wrong| self.told(&offer, &format!("{wrong}\nin {answer:#?}")))?;
                return finished.map_or(Ok(()), |finished| self.check(&finished));
            }
            Fate::Lost { is_known } | Fate::Begun { is_known } => {
                let instance_id = self.sidecar.instance_id.clone();
                let is_begun = matches!(fate, Fate::Begun { .. }) && self.sidecar.era.has_optional_timers;
                self.sidecar.lose(&answer, is_begun);
                if is_known {
                    self.workers[worker].forget(&instance_id);
                }
            }
            Fate::Crashed => {
                self.sidecar.lose(&answer, false);
                self.crash(worker);
            }
        }
        Ok(())
    }

    fn check(&self, finished: &Finished) -> Result<(), String> {
        check(&self.program, finished)
            .map_err(|wrong| format!("{wrong}\nin the history {}", lines(&finished.history)))
    }

    /// What went wrong in a turn, with what it was about.
    fn told(&self, offer: &Offer, wrong: &str) -> String {
        format!("{wrong}\nafter {}\nwith {}", lines(&self.sidecar.history), lines(&offer.new))
    }

    /// Everything that is waited for comes, and comes well: the program has to end.
    fn finish(&mut self) -> Result<(), String> {
        for round in 0..TURNS_MAX {
            if self.sidecar.end.is_some() {
                return Ok(());
            }
            let name = u8::try_from(round % usize::from(EVENT_NAMES)).unwrap_or(0);
            if self.sidecar.inbox.is_empty() && self.sidecar.is_suspended {
                self.post(EventKind::ExecutionResumed);
            }
            if self.sidecar.inbox.is_empty() {
                self.finish_work(0, Ending::Well);
            }
            if self.sidecar.inbox.is_empty() {
                self.raise(name);
            }
            self.turn(0, usize::MAX, Fate::Saved, true)?;
        }
        let history = &self.sidecar.history;
        Err(format!("it never ends; its history begins {}", lines(&history[..history.len().min(60)])))
    }
}

fn lines(events: &[Event]) -> String {
    events.iter().map(|event| format!("\n    {} {} {:?}", event.timestamp, event.id, event.kind)).collect()
}
