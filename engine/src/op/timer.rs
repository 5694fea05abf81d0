//! Timers that the code asks for. See docs/protocol.md, "Timers".

use alloc::{rc::Rc, string::String};
use core::{
    fmt, mem,
    pin::Pin,
    task::{self, Poll},
};

use crate::{
    action::ActionKind,
    event::TimerOrigin,
    journal::{Core, Owner},
    leaf::Leaf,
    spec::TimerSpec,
};

/// Waits for a timer. Unless it was started at once, the timer is set when this is first polled.
#[must_use = "a timer does nothing until it is awaited"]
pub struct TimerFuture {
    core: Rc<Core>,
    state: State,
}

enum State {
    Described(TimerSpec, Option<String>),
    Set(Rc<Leaf<()>>),
    Done,
}

impl TimerFuture {
    pub(crate) fn described(core: Rc<Core>, spec: TimerSpec, name: Option<String>) -> Self {
        Self { core, state: State::Described(spec, name) }
    }

    pub(crate) fn started(core: Rc<Core>, spec: TimerSpec, name: Option<String>) -> Self {
        let leaf = set(&core, spec, name);
        Self { core, state: State::Set(leaf) }
    }
}

impl Future for TimerFuture {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut task::Context<'_>) -> Poll<()> {
        self.state = match mem::replace(&mut self.state, State::Done) {
            State::Described(spec, name) => State::Set(set(&self.core, spec, name)),
            begun => begun,
        };
        let State::Set(leaf) = &self.state else { return Poll::Pending };
        let result = leaf.poll(&self.core.parking);
        if result.is_ready() {
            self.state = State::Done;
        }
        result
    }
}

impl Drop for TimerFuture {
    fn drop(&mut self) {
        if let State::Set(leaf) = &self.state {
            leaf.release(&self.core.parking);
        }
    }
}

impl fmt::Debug for TimerFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimerFuture").finish_non_exhaustive()
    }
}

fn set(core: &Core, spec: TimerSpec, name: Option<String>) -> Rc<Leaf<()>> {
    let leaf = Rc::new(Leaf::new());
    let mut journal = core.journal.borrow_mut();
    let fire_at = match spec {
        TimerSpec::After(delay) => journal.now().saturating_add(delay),
        TimerSpec::At(time) => time,
    };
    let kind = ActionKind::CreateTimer { fire_at, name, origin: TimerOrigin::CreateTimer };
    journal.schedule(None, kind, Some(Owner::Timer(Rc::clone(&leaf))));
    drop(journal);
    core.deliver();
    leaf
}

/// The timer fired. A future that was dropped does not care.
pub(crate) fn fire(core: &Core, leaf: &Leaf<()>) {
    let _ = leaf.settle(&core.parking, ());
}
