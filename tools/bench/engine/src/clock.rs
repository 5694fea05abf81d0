//! CPU time.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The CPU time that `work` takes on this thread.
pub(crate) fn cpu<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let before = now();
    let result = work();
    (now().saturating_sub(before), result)
}

fn now() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let (seconds, nanos) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
    Duration::new(seconds.unwrap_or_default(), nanos.unwrap_or_default())
}
