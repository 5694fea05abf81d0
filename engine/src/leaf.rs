//! The inside of a future that waits for history, and how joins learn which of their members can go on.
//!
//! Wakers are not used for this: the journal knows which leaf an event resolves, and the leaf remembers the join
//! slot it was polled in. A join of 10,000 members then polls one member an event, not all.

use alloc::{collections::BTreeSet, rc::Rc};
use core::{
    cell::{Cell, RefCell},
    mem,
    task::Poll,
};

/// What a durable future waits for, shared between the future and the journal.
pub(crate) struct Leaf<T>(RefCell<Stage<T>>);

enum Stage<T> {
    /// Nobody has waited yet.
    Fresh,
    /// The code waits, as the member of a join that the slot names.
    Parked(Option<Slot>),
    /// The result is here, not yet taken.
    Settled(T),
    /// The result was taken, or the future dropped.
    Gone,
}

impl<T> Leaf<T> {
    pub(crate) fn new() -> Self {
        Self(RefCell::new(Stage::Fresh))
    }

    /// The result if it is here; otherwise the code counts as waiting for it.
    pub(crate) fn poll(&self, parking: &Parking) -> Poll<T> {
        let stage = &mut *self.0.borrow_mut();
        match mem::replace(stage, Stage::Gone) {
            Stage::Settled(value) => return Poll::Ready(value),
            Stage::Gone => return Poll::Pending,
            Stage::Fresh => parking.parked.set(parking.parked.get() + 1),
            Stage::Parked(_) => {}
        }
        *stage = Stage::Parked(parking.slot.borrow().clone());
        Poll::Pending
    }

    /// Hands the result over; gives it back when there already is one or nobody wants it any more.
    pub(crate) fn settle(&self, parking: &Parking, value: T) -> Result<(), T> {
        let stage = &mut *self.0.borrow_mut();
        match mem::replace(stage, Stage::Gone) {
            Stage::Fresh => {}
            Stage::Parked(slot) => parking.unpark(slot),
            taken @ (Stage::Settled(_) | Stage::Gone) => {
                *stage = taken;
                return Err(value);
            }
        }
        *stage = Stage::Settled(value);
        Ok(())
    }

    /// Whether the code waits for the result.
    pub(crate) fn is_parked(&self) -> bool {
        matches!(&*self.0.borrow(), Stage::Parked(_))
    }

    /// The future is dropped: nothing waits any more. A result that nobody saw is given back.
    pub(crate) fn release(&self, parking: &Parking) -> Option<T> {
        match mem::replace(&mut *self.0.borrow_mut(), Stage::Gone) {
            Stage::Settled(value) => Some(value),
            Stage::Parked(_) => {
                parking.leave();
                None
            }
            Stage::Fresh | Stage::Gone => None,
        }
    }
}

/// Who waits, and whether polling the code again can bring it further.
#[derive(Default)]
pub(crate) struct Parking {
    /// Leaves that returned `Pending` and are still wanted.
    parked: Cell<usize>,
    /// Whether a parked leaf was settled since the code was last polled.
    woken: Cell<bool>,
    /// The member of the innermost join that is being polled.
    slot: RefCell<Option<Slot>>,
}

impl Parking {
    pub(crate) fn wake(&self) {
        self.woken.set(true);
    }

    pub(crate) fn is_woken(&self) -> bool {
        self.woken.get()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.parked.get() == 0
    }

    /// Begins a poll of the code. A poll that panicked may have left its slot behind.
    pub(crate) fn begin_poll(&self) {
        self.woken.set(false);
        self.slot.replace(None);
    }

    /// Makes `slot` the one that leaves remember; returns the one before.
    pub(crate) fn enter(&self, slot: Option<Slot>) -> Option<Slot> {
        self.slot.replace(slot)
    }

    pub(crate) fn slot(&self) -> Option<Slot> {
        self.slot.borrow().clone()
    }

    fn unpark(&self, slot: Option<Slot>) {
        self.leave();
        self.wake();
        if let Some(slot) = slot {
            slot.announce();
        }
    }

    fn leave(&self) {
        self.parked.set(self.parked.get().saturating_sub(1));
    }
}

/// A member of a join.
#[derive(Clone)]
pub(crate) struct Slot {
    pub(crate) node: Rc<Node>,
    pub(crate) index: usize,
}

impl Slot {
    /// Tells the join, and every join around it, that this member can go on.
    fn announce(self) {
        let mut next = Some(self);
        while let Some(slot) = next {
            slot.node.mark_ready(slot.index);
            next = slot.node.parent.borrow().clone();
        }
    }
}

/// What a join and its members share.
#[derive(Default)]
pub(crate) struct Node {
    ready: RefCell<BTreeSet<usize>>,
    /// The slot that this join itself was last polled in.
    parent: RefCell<Option<Slot>>,
}

impl Node {
    pub(crate) fn adopt(&self, parent: Option<Slot>) {
        self.parent.replace(parent);
    }

    pub(crate) fn mark_ready(&self, index: usize) {
        self.ready.borrow_mut().insert(index);
    }

    /// The first member from `from` on that can go on; it counts as polled from now.
    pub(crate) fn next_ready(&self, from: usize) -> Option<usize> {
        let ready = &mut *self.ready.borrow_mut();
        let index = *ready.range(from..).next()?;
        ready.remove(&index);
        Some(index)
    }
}
