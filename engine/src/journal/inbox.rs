//! External events: who waits for them, and which nobody has waited for yet. See docs/protocol.md, "External events".

use alloc::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    string::String,
    vec::Vec,
};
use core::ops::Range;

use crate::{
    describe::event_key,
    event::{Event, EventKind},
    leaf::{Leaf, Parking},
    op::{Elapsed, Waiter},
};

/// External events by name, without case.
#[derive(Default)]
pub(crate) struct Inbox {
    arrivals: u64,
    waits: u64,
    buffered: BTreeMap<u64, Box<Event>>,
    payload_bytes: usize,
    /// Boxed, because a map makes room for eleven at once, and mostly there is one.
    queues: BTreeMap<String, Box<Queue>>,
    /// How many races are being polled around the code that runs.
    races: usize,
    /// Events taken by members of those races in this poll.
    taken: Vec<Arrived>,
}

/// At most one of the two holds something.
#[derive(Default)]
struct Queue {
    buffered: BTreeSet<u64>,
    waiters: BTreeMap<u64, Rc<Waiter>>,
}

/// An external event and its place in the order of arrival.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    number: u64,
    event: Box<Event>,
}

impl Arrived {
    /// The event's payload.
    pub(crate) fn input(&self) -> Option<String> {
        match &self.event.kind {
            EventKind::EventRaised { input, .. } => input.clone(),
            _ => None,
        }
    }

    fn key(&self) -> String {
        match &self.event.kind {
            EventKind::EventRaised { name, .. } => event_key(name),
            _ => String::new(),
        }
    }
}

impl Inbox {
    /// An event arrives: the oldest waiter of its name gets it, else it is buffered.
    pub(crate) fn raise(&mut self, parking: &Parking, event: Event) {
        let number = self.arrivals;
        self.arrivals += 1;
        self.offer(parking, Arrived { number, event: Box::new(event) });
    }

    /// Gives `arrived` to the oldest waiter, or puts it in the buffer at its place in the order of arrival.
    pub(crate) fn offer(&mut self, parking: &Parking, mut arrived: Arrived) {
        let queue = self.queues.entry(arrived.key()).or_default();
        while let Some((_, waiter)) = queue.waiters.pop_first() {
            match waiter.leaf.settle(parking, Ok(arrived)) {
                Ok(()) => return self.forget_if_empty(&waiter.key),
                Err(refused) => match refused {
                    Ok(back) => arrived = back,
                    Err(Elapsed) => return,
                },
            }
        }
        queue.buffered.insert(arrived.number);
        self.payload_bytes += arrived.event.payload_bytes();
        self.buffered.insert(arrived.number, arrived.event);
    }

    /// The oldest buffered event of this name.
    pub(crate) fn take(&mut self, name: &str) -> Option<Arrived> {
        let key = event_key(name);
        let number = self.queues.get_mut(&key)?.buffered.pop_first()?;
        self.forget_if_empty(&key);
        let event = self.buffered.remove(&number)?;
        self.payload_bytes -= event.payload_bytes();
        Some(Arrived { number, event })
    }

    /// Queues a new waiter behind all others of its name.
    pub(crate) fn wait(&mut self, name: &str, is_endless: bool) -> Rc<Waiter> {
        let number = self.waits;
        self.waits += 1;
        let waiter = Rc::new(Waiter { leaf: Leaf::new(), key: event_key(name), number, is_endless });
        self.queues.entry(waiter.key.clone()).or_default().waiters.insert(number, Rc::clone(&waiter));
        waiter
    }

    /// Removes exactly this waiter.
    pub(crate) fn leave(&mut self, waiter: &Waiter) {
        if let Some(queue) = self.queues.get_mut(&waiter.key) {
            queue.waiters.remove(&waiter.number);
            self.forget_if_empty(&waiter.key);
        }
    }

    /// Events that nobody has waited for, in the order of arrival.
    pub(crate) fn buffered(&self) -> impl Iterator<Item = &Event> {
        self.buffered.values().map(Box::as_ref)
    }

    pub(crate) fn buffered_count(&self) -> usize {
        self.buffered.len()
    }

    /// Bytes of all buffered payloads.
    pub(crate) fn payload_bytes(&self) -> usize {
        self.payload_bytes
    }

    /// The code receives `arrived`; a race that it loses will want it back.
    pub(crate) fn note_taken(&mut self, arrived: &Arrived) {
        if self.races > 0 {
            self.taken.push(arrived.clone());
        }
    }

    /// Begins a poll of the code. A poll that panicked may have left its races behind.
    pub(crate) fn begin_poll(&mut self) {
        self.races = 0;
        self.taken.clear();
    }

    pub(crate) fn begin_race(&mut self) {
        self.races += 1;
    }

    pub(crate) fn taken_count(&self) -> usize {
        self.taken.len()
    }

    /// Ends a race: what its losers took in these ranges goes back where it was.
    pub(crate) fn end_race(&mut self, parking: &Parking, lost: &[Range<usize>]) {
        let mut back = Vec::new();
        for range in lost.iter().rev() {
            back.extend(self.taken.drain(range.clone()));
        }
        back.sort_by_key(|arrived: &Arrived| arrived.number);
        for arrived in back {
            self.offer(parking, arrived);
        }
        self.races = self.races.saturating_sub(1);
        if self.races == 0 {
            self.taken.clear();
        }
    }

    fn forget_if_empty(&mut self, key: &str) {
        if self.queues.get(key).is_some_and(|queue| queue.buffered.is_empty() && queue.waiters.is_empty()) {
            self.queues.remove(key);
        }
    }
}
