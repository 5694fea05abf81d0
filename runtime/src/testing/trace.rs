//! Which line of the workflow asked for which action, as far as the awaits of its code tell.

use core::future::{Future, poll_fn};
use core::panic::Location;
use core::pin::pin;
use std::cell::RefCell;
use std::collections::BTreeMap;

use dacapo_engine::Context;

/// The places in the code that asked for actions, by the actions' ids.
pub(crate) type Trace = BTreeMap<i32, &'static Location<'static>>;

thread_local! {
    /// The trace of the turn that runs on this thread. A turn runs on one thread from start to end.
    static CURRENT: RefCell<Option<Trace>> = const { RefCell::new(None) };
}

/// Runs a turn and returns the trace of it.
pub(crate) fn of<T>(turn: impl FnOnce() -> T) -> (T, Trace) {
    CURRENT.set(Some(Trace::new()));
    let value = turn();
    (value, CURRENT.take().unwrap_or_default())
}

/// Runs a piece of the workflow's code; what it asks for comes from `place`, unless an inner piece was there first.
pub(crate) fn at<T>(context: &Context, place: &'static Location<'static>, code: impl FnOnce() -> T) -> T {
    if CURRENT.with_borrow(Option::is_none) {
        return code();
    }
    let first = context.next_action_id();
    let value = code();
    CURRENT.with_borrow_mut(|trace| {
        for id in first..context.next_action_id() {
            trace.get_or_insert_default().entry(id).or_insert(place);
        }
    });
    value
}

/// The same for every poll of a future.
pub(crate) async fn awaited<F: Future>(
    context: &Context,
    place: &'static Location<'static>,
    future: F,
) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|cx| at(context, place, || future.as_mut().poll(cx))).await
}
