//! Callers that wait for an instance to get somewhere.

use std::collections::{BTreeMap, BTreeSet};

use dacapo_proto::pb::{CreateInstanceResponse, OrchestrationStatus, RerunWorkflowFromEventResponse};

use super::ledger::is_terminal;
use super::{Answer, Core, Rejection, Reply};

/// A number that the host gives each command, to recognise its answer by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// What is waited for. An end ends every wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    Started,
    Ended,
    Suspended,
    Running,
}

impl Until {
    fn is_reached(self, status: OrchestrationStatus) -> bool {
        is_terminal(status)
            || match self {
                Self::Started => status != OrchestrationStatus::Pending,
                Self::Ended => false,
                Self::Suspended => status == OrchestrationStatus::Suspended,
                Self::Running => status == OrchestrationStatus::Running,
            }
    }
}

/// What the caller is told in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Promise {
    /// The id of the instance that was created.
    Started,
    /// The id of the instance that was created by a rerun.
    Rerun,
    /// The state of the instance.
    State { payloads: bool },
    /// That it is done.
    Done,
}

impl Promise {
    /// The reply about the instance `id`.
    fn kept(&self, id: &str) -> Reply {
        match self {
            Self::Started => Reply::Started(CreateInstanceResponse { instance_id: id.into() }),
            Self::Rerun => Reply::Rerun(RerunWorkflowFromEventResponse { new_instance_id: id.into() }),
            Self::State { .. } | Self::Done => Reply::Done,
        }
    }
}

type Address = (String, String);

struct Waiter {
    ticket: Ticket,
    until: Until,
    promise: Promise,
}

/// Everybody who waits, by address: one may wait for an instance that does not exist yet.
#[derive(Default)]
pub(super) struct Waits {
    waiters: BTreeMap<Address, Vec<Waiter>>,
    addresses: BTreeMap<Ticket, Address>,
    /// Where somebody waits and something may have changed since the last look.
    touched: BTreeSet<Address>,
}

impl Waits {
    pub(super) fn remove(&mut self, ticket: Ticket) {
        self.take(ticket);
    }

    /// Ends a wait before its time: the reply without the state that would have been waited for.
    pub(super) fn give_up(&mut self, ticket: Ticket) -> Option<Reply> {
        let (address, waiter) = self.take(ticket)?;
        Some(waiter.promise.kept(&address.1))
    }

    fn take(&mut self, ticket: Ticket) -> Option<(Address, Waiter)> {
        let address = self.addresses.remove(&ticket)?;
        let waiters = self.waiters.get_mut(&address)?;
        let place = waiters.iter().position(|waiter| waiter.ticket == ticket)?;
        let waiter = waiters.swap_remove(place);
        if waiters.is_empty() {
            self.waiters.remove(&address);
        }
        Some((address, waiter))
    }

    fn add(&mut self, app: &str, id: &str, waiter: Waiter) {
        let address = (app.to_owned(), id.to_owned());
        self.addresses.insert(waiter.ticket, address.clone());
        self.touched.insert(address.clone());
        self.waiters.entry(address).or_default().push(waiter);
    }

    /// Whether somebody may have to be told something.
    pub(super) fn are_unsettled(&self) -> bool {
        !self.touched.is_empty()
    }

    pub(super) fn touch(&mut self, app: &str, id: &str) {
        // A sidecar without waiters pays nothing for the change of an instance.
        if self.waiters.is_empty() {
            return;
        }
        let address = (app.to_owned(), id.to_owned());
        if self.waiters.contains_key(&address) {
            self.touched.insert(address);
        }
    }
}

impl Core {
    /// Forgets a caller who no longer waits.
    pub fn cancel(&mut self, ticket: Ticket) {
        self.waits.remove(ticket);
    }

    pub(super) fn wait(&mut self, ticket: Ticket, app: &str, id: &str, until: Until, promise: Promise) {
        self.waits.add(app, id, Waiter { ticket, until, promise });
    }

    /// Answers those whose wait is over; called with nothing uncommitted.
    pub(super) fn settle_waits(&mut self, answers: &mut Vec<(Ticket, Answer)>) {
        for address in std::mem::take(&mut self.waits.touched) {
            let waiters = self.waits.waiters.remove(&address).unwrap_or_default();
            let mut waiting = Vec::new();
            for waiter in waiters {
                match self.outcome(&address, &waiter) {
                    Some(answer) => {
                        self.waits.addresses.remove(&waiter.ticket);
                        answers.push((waiter.ticket, answer));
                    }
                    None => waiting.push(waiter),
                }
            }
            if !waiting.is_empty() {
                self.waits.waiters.insert(address, waiting);
            }
        }
    }

    fn outcome(&mut self, (app, id): &Address, waiter: &Waiter) -> Option<Answer> {
        let status = match self.status(app, id) {
            Ok(status) => status,
            Err(error) => return Some(Err(Rejection::from(&error))),
        };
        let reached = status.map(|status| waiter.until.is_reached(status));
        match (&waiter.promise, reached) {
            (_, Some(false)) | (Promise::State { .. }, None) => None,
            (Promise::State { payloads }, Some(true)) => Some(self.describe(app, id, *payloads)),
            // An instance that was purged meanwhile will not get any further.
            (promise, _) => Some(Ok(promise.kept(id))),
        }
    }
}
