//! Faults that tests switch on to prove that the equivalence test notices them.

use std::cell::Cell;

use dacapo_engine::Fault as EngineFault;

/// A deliberate fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::worker) enum Fault {
    Engine(EngineFault),
    /// A kept execution is used for whatever has as many events as it has seen.
    ReuseAnyPrefix,
}

thread_local! {
    static FAULT: Cell<Option<Fault>> = const { Cell::new(None) };
}

/// Runs `test` on this thread with the fault switched on.
pub(super) fn with<T>(fault: Fault, test: impl FnOnce() -> T) -> T {
    FAULT.set(Some(fault));
    let result = test();
    FAULT.set(None);
    result
}

pub(in crate::worker) fn is_on(fault: Fault) -> bool {
    FAULT.get() == Some(fault)
}

/// The fault that the engine is to have.
pub(in crate::worker) fn of_engine() -> Option<EngineFault> {
    match FAULT.get() {
        Some(Fault::Engine(fault)) => Some(fault),
        Some(Fault::ReuseAnyPrefix) | None => None,
    }
}
