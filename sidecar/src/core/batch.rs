//! Commands that share a transaction: each in a savepoint, all answered after the one commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::rejection::Failure;
use super::waits::{Promise, Until};
use super::{Answer, Code, Command, Core, Rejection, Reply, Ticket};
use crate::store::StoreError;

/// How long nothing is given out after the store failed.
const PAUSE: Duration = Duration::from_secs(1);

/// The transaction that is open, if one is.
#[derive(Default)]
pub(super) struct Batch {
    open: bool,
    /// Why everything in this batch fails.
    failed: Option<Rejection>,
    /// Whether a command failed half-way, so that what is in memory may not be what is stored.
    stale: bool,
    tickets: Vec<Ticket>,
    answers: Vec<(Ticket, Answer)>,
}

impl Core {
    /// Runs a command of a client or worker of `app`. Its answer comes from [`Core::commit`], now or later.
    pub fn execute(&mut self, ticket: Ticket, app: &str, command: Command) {
        self.batch.tickets.push(ticket);
        let reads_only = command.reads_only() && !self.batch.open;
        let step = |core: &mut Self| core.run(ticket, app, command);
        let answer = match if reads_only { self.reading(step) } else { self.in_savepoint(step) } {
            Ok(Some(reply)) => Ok(reply),
            Ok(None) => return,
            Err(rejection) => Err(rejection),
        };
        self.batch.answers.push((ticket, answer));
    }

    /// Fires what is due, makes everything since the last commit durable, and hands out the answers.
    ///
    /// When the store fails, nothing since the last commit has happened and all of it is answered so.
    pub fn commit(&mut self) -> Vec<(Ticket, Answer)> {
        self.fire_due();
        if self.batch.open
            && self.batch.failed.is_none()
            && let Err(error) = self.store.commit()
        {
            self.fail_batch(&error);
        }
        let Batch { failed, stale, tickets, mut answers, .. } = std::mem::take(&mut self.batch);
        if let Some(rejection) = &failed {
            self.store.rollback();
            tickets.iter().for_each(|ticket| self.waits.remove(*ticket));
            answers = tickets.into_iter().map(|ticket| (ticket, Err(rejection.clone()))).collect();
        }
        if failed.is_some() || stale {
            self.recover();
        }
        self.find_next_timer();
        self.settle_waits(&mut answers);
        answers
    }

    /// Runs a step so that it happens wholly or not at all.
    pub(super) fn in_savepoint<T>(
        &mut self,
        step: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Rejection> {
        if let Some(rejection) = &self.batch.failed {
            return Err(rejection.clone());
        }
        if let Err(error) = self.open_savepoint() {
            return Err(self.fail_batch(&error));
        }
        // A bug that panics must not take the other commands of the batch, nor the service, with it.
        let outcome = catch_unwind(AssertUnwindSafe(|| step(self)));
        let result = match outcome {
            Ok(Ok(value)) => Ok(value),
            // Whoever rejects has written only what is meant to stay.
            Ok(Err(Failure::Rejected(rejection))) => Err(rejection),
            Ok(Err(Failure::Store(error))) => return Err(self.take_back(&error)),
            Err(_) => return Err(self.take_back(&bug())),
        };
        match self.store.release() {
            Ok(()) => result,
            Err(error) => Err(self.fail_batch(&error)),
        }
    }

    /// Runs a step that writes nothing: it needs no transaction, and works where none can be had.
    fn reading<T>(&mut self, step: impl FnOnce(&mut Self) -> Result<T, Failure>) -> Result<T, Rejection> {
        match catch_unwind(AssertUnwindSafe(|| step(self))) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(Failure::Rejected(rejection))) => Err(rejection),
            Ok(Err(Failure::Store(error))) => Err(Rejection::from(&error)),
            Err(_) => {
                self.batch.stale = true;
                Err(Rejection::from(&bug()))
            }
        }
    }

    fn open_savepoint(&mut self) -> Result<(), StoreError> {
        if !self.batch.open {
            self.store.begin()?;
            self.batch.open = true;
        }
        self.store.savepoint()
    }

    /// Undoes one command; what it had changed in memory is read again after the commit.
    fn take_back(&mut self, error: &StoreError) -> Rejection {
        tracing::error!(%error, "a command failed and was undone");
        if self.store.undo().is_err() {
            return self.fail_batch(error);
        }
        self.batch.stale = true;
        self.cache.clear();
        Rejection::from(error)
    }

    fn fail_batch(&mut self, error: &StoreError) -> Rejection {
        tracing::error!(%error, "the database failed; everything since the last commit was undone");
        let rejection = Rejection::from(error);
        self.batch.open = true;
        self.batch.failed = Some(rejection.clone());
        rejection
    }

    /// Brings memory in line with the store, and waits a moment before work goes out again.
    fn recover(&mut self) {
        self.pause();
        if let Err(error) = self.reload() {
            tracing::error!(%error, "the pending work cannot be read; trying again");
            self.batch.stale = true;
        }
    }

    /// Gives nothing out for a moment, after a failure of the store.
    pub(super) fn pause(&mut self) {
        self.paused_until = Some(self.clock.now().saturating_add(PAUSE));
    }

    fn fire_due(&mut self) {
        let now = self.clock.now();
        if self.paused_until.is_some_and(|until| until <= now) {
            self.paused_until = None;
        }
        self.queue.retry_due(now);
        let timers = self.next_timer.is_some_and(|due| due <= now);
        let may_sweep = self.batch.open || self.config.retain_completed.is_some();
        if timers || (may_sweep && self.next_sweep <= now) {
            let fired = self.in_savepoint(|core| {
                core.fire_timers(now)?;
                core.sweep(now)
            });
            if let Err(rejection) = fired {
                tracing::error!(%rejection, "due timers could not be fired");
            }
        }
    }

    fn run(&mut self, ticket: Ticket, app: &str, command: Command) -> Result<Option<Reply>, Failure> {
        match command {
            Command::Start(request) => return self.start(ticket, app, request),
            Command::Terminate(request) => return self.terminate(ticket, app, request),
            Command::Suspend(request) => return self.suspend(ticket, app, request),
            Command::Resume(request) => return self.resume(ticket, app, request),
            Command::Rerun(request) => return self.rerun(ticket, app, request),
            Command::NoWait(command) => {
                let answer = self.run(ticket, app, *command)?;
                return Ok(answer.or_else(|| self.waits.give_up(ticket)));
            }
            Command::WaitForStart(request) => {
                let promise = Promise::State { payloads: request.get_inputs_and_outputs };
                self.wait(ticket, app, &request.instance_id, Until::Started, promise);
                return Ok(None);
            }
            Command::WaitForCompletion(request) => {
                let promise = Promise::State { payloads: request.get_inputs_and_outputs };
                self.wait(ticket, app, &request.instance_id, Until::Ended, promise);
                return Ok(None);
            }
            Command::Get(request) => {
                self.describe(app, &request.instance_id, request.get_inputs_and_outputs).map_err(Into::into)
            }
            Command::Raise(request) => self.raise(app, request),
            Command::Purge(request) => self.purge(app, request),
            Command::List(request) => self.list(app, request),
            Command::History(request) => self.history(app, &request.instance_id),
            Command::CompleteWorkflow(response) => self.complete_workflow(app, response),
            Command::CompleteActivity(response) => self.complete_activity(app, response),
            Command::State(command) => self.state_command(app, command).map(Reply::State),
        }
        .map(Some)
    }
}

/// What a command ends with that panicked.
fn bug() -> StoreError {
    StoreError::Other { detail: "a bug in the sidecar stopped this command; see its log".into() }
}

impl Rejection {
    /// What those are told who wait while the sidecar shuts down.
    #[must_use]
    pub fn shutting_down() -> Self {
        Self::new(Code::Unavailable, "the sidecar is shutting down; try again when it is back")
    }
}
