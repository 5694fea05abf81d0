//! The waker that the code of a workflow is polled with. Nothing durable uses it, so whoever does is foreign.

use alloc::{sync::Arc, task::Wake};
use core::{
    sync::atomic::{AtomicBool, Ordering},
    task::Waker,
};

/// Notices whether anybody wakes.
#[derive(Default)]
pub(super) struct WakeFlag(AtomicBool);

impl Wake for WakeFlag {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl WakeFlag {
    pub(super) fn waker(flag: &Arc<Self>) -> Waker {
        Waker::from(Arc::clone(flag))
    }

    /// Whether somebody woke, or kept the waker of a poll that is over in order to wake later.
    pub(super) fn was_used(flag: &Arc<Self>) -> bool {
        flag.0.load(Ordering::Relaxed) || Arc::strong_count(flag) > 1
    }
}
