//! Deliberate faults: tests switch them on to prove that they would notice them.

use alloc::{string::String, vec::Vec};

use crate::journal::{Arrival, Core, Journal};

/// A deliberate fault.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// The code is polled once for all new events of a turn, not after each.
    PollOncePerBatch,
    /// A result goes to the oldest work of its kind, whatever its id.
    MatchByPosition,
    /// A result that comes before its work is scheduled is lost.
    DropEarlyResult,
    /// Of the members of a race that are done together, the last one wins.
    LastOfRaceWins,
}

impl Journal {
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.settings.fault == Some(fault)
    }

    /// The result as it is taken, if it is not lost.
    pub(crate) fn misdirected(&self, arrival: Arrival) -> Option<Arrival> {
        let is_early = !self.ledger.awaited(arrival.kind).any(|awaited| awaited == arrival.id);
        if is_early && self.has(Fault::DropEarlyResult) {
            return None;
        }
        let oldest = self.ledger.awaited(arrival.kind).next().filter(|_| self.has(Fault::MatchByPosition));
        Some(match oldest {
            Some(id) => Arrival { id, call_id: String::new(), ..arrival },
            None => arrival,
        })
    }
}

impl Core {
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.journal.borrow().has(fault)
    }
}

/// The members of a race that are done, in the order in which they are looked at.
pub(crate) fn maybe_reversed(core: &Core, mut done: Vec<usize>) -> Vec<usize> {
    if core.has(Fault::LastOfRaceWins) {
        done.reverse();
    }
    done
}
