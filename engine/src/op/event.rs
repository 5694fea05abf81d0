//! Waits for external events. See docs/protocol.md, "External events".

use alloc::{rc::Rc, string::String};
use core::{
    error::Error,
    fmt, mem,
    pin::Pin,
    task::{self, Poll},
    time::Duration,
};

use crate::{
    action::ActionKind,
    event::TimerOrigin,
    journal::{Arrived, Core, Owner},
    leaf::Leaf,
    time::Timestamp,
};

/// Waits for an external event: its payload as JSON, or [`Elapsed`] when the time is over first.
///
/// It gets its place among those who wait for the same name when it is first polled.
#[must_use = "waiting for an event does nothing until it is awaited"]
pub struct EventFuture {
    core: Rc<Core>,
    state: State,
}

enum State {
    Described { name: String, timeout: Option<Duration> },
    Waiting(Rc<Waiter>),
    Done,
}

/// The time was over before what was waited for came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time limit has elapsed")
    }
}

impl Error for Elapsed {}

/// Somebody who waits for an external event.
pub(crate) struct Waiter {
    pub(crate) leaf: Leaf<Result<Arrived, Elapsed>>,
    /// The event's name without case.
    pub(crate) key: String,
    /// Its place in the order of waiting.
    pub(crate) number: u64,
    /// Its timer is there to be seen only and ends nothing.
    pub(crate) is_endless: bool,
}

impl EventFuture {
    pub(crate) fn described(core: Rc<Core>, name: String, timeout: Option<Duration>) -> Self {
        Self { core, state: State::Described { name, timeout } }
    }

    /// Takes what is here already, or queues up.
    fn begin(&mut self, name: String, timeout: Option<Duration>) -> Poll<Result<Arrived, Elapsed>> {
        let mut journal = self.core.journal.borrow_mut();
        if let Some(arrived) = journal.inbox.take(&name) {
            return Poll::Ready(Ok(arrived));
        }
        if timeout == Some(Duration::ZERO) {
            return Poll::Ready(Err(Elapsed));
        }
        let fire_at = timeout.map_or(Timestamp::MAX, |timeout| journal.now().saturating_add(timeout));
        let waiter = journal.inbox.wait(&name, fire_at == Timestamp::MAX);
        let origin = TimerOrigin::ExternalEvent { name: name.clone() };
        let kind = ActionKind::CreateTimer { fire_at, name: Some(name), origin };
        journal.schedule(None, kind, Some(Owner::Event(Rc::clone(&waiter))));
        drop(journal);
        self.state = State::Waiting(Rc::clone(&waiter));
        self.core.deliver();
        waiter.leaf.poll(&self.core.parking)
    }
}

impl Future for EventFuture {
    type Output = Result<Option<String>, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, _: &mut task::Context<'_>) -> Poll<Self::Output> {
        let result = match mem::replace(&mut self.state, State::Done) {
            State::Described { name, timeout } => self.begin(name, timeout),
            State::Waiting(waiter) => {
                let result = waiter.leaf.poll(&self.core.parking);
                self.state = State::Waiting(waiter);
                result
            }
            State::Done => Poll::Pending,
        };
        if result.is_ready() {
            self.state = State::Done;
        }
        result.map_ok(|arrived| {
            self.core.journal.borrow_mut().inbox.note_taken(&arrived);
            arrived.input()
        })
    }
}

impl Drop for EventFuture {
    fn drop(&mut self) {
        let State::Waiting(waiter) = &self.state else { return };
        let unseen = waiter.leaf.release(&self.core.parking);
        // Only a destructor that runs inside the journal could find it borrowed. The released leaf then still
        // refuses events, which go to the next waiter.
        let Ok(mut journal) = self.core.journal.try_borrow_mut() else { return };
        journal.inbox.leave(waiter);
        if let Some(Ok(arrived)) = unseen {
            journal.inbox.offer(&self.core.parking, arrived);
        }
    }
}

impl fmt::Debug for EventFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventFuture").finish_non_exhaustive()
    }
}

/// The timer of a wait fired. An event that came first has won; a wait without end has no end.
pub(crate) fn elapse(core: &Core, waiter: &Waiter) {
    if !waiter.is_endless && waiter.leaf.settle(&core.parking, Err(Elapsed)).is_ok() {
        core.journal.borrow_mut().inbox.leave(waiter);
    }
}
