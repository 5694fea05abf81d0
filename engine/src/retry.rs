//! When a failed activity or child workflow is tried again. See docs/protocol.md, "Retries".

use alloc::{rc::Rc, string::String, vec::Vec};
use core::{fmt, time::Duration};

use crate::{failure::FailureDetails, time::Timestamp};

/// When a failed activity or child workflow is tried again.
///
/// ```
/// use core::time::Duration;
/// use dacapo_engine::RetryPolicy;
///
/// let policy = RetryPolicy { max_attempts: 3, first_interval: Duration::from_secs(2), ..RetryPolicy::default() };
/// assert_eq!(policy.backoff, 1.0);
/// ```
#[derive(Clone)]
pub struct RetryPolicy {
    /// Attempts in all, the first included; 0 counts as 1.
    pub max_attempts: u32,
    /// The pause after the first attempt, at least a millisecond.
    pub first_interval: Duration,
    /// By what the pause grows after each attempt; what is not above 0 counts as 1.
    pub backoff: f64,
    /// The longest pause; `None` or zero is no limit.
    pub max_interval: Option<Duration>,
    /// How long after the first attempt was scheduled a failure is still retried; `None` or zero is for ever.
    pub timeout: Option<Duration>,
    /// Error types that are not retried.
    pub non_retryable: Vec<String>,
    /// Whether to retry a failure; `None` retries all. It has to be deterministic and must not panic.
    pub predicate: Option<Rc<Predicate>>,
}

/// Whether to retry a failure.
pub type Predicate = dyn Fn(&FailureDetails) -> bool;

impl Default for RetryPolicy {
    /// A single attempt.
    fn default() -> Self {
        Self {
            max_attempts: 1,
            first_interval: Duration::from_secs(1),
            backoff: 1.0,
            max_interval: None,
            timeout: None,
            non_retryable: Vec::new(),
            predicate: None,
        }
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryPolicy")
            .field("max_attempts", &self.max_attempts)
            .field("first_interval", &self.first_interval)
            .field("backoff", &self.backoff)
            .field("max_interval", &self.max_interval)
            .field("timeout", &self.timeout)
            .field("non_retryable", &self.non_retryable)
            .field("predicate", &self.predicate.as_ref().map(|_| ".."))
            .finish()
    }
}

/// How far the retries of one call have come.
pub(crate) struct Attempts {
    policy: RetryPolicy,
    first_call: Timestamp,
    failures: u32,
    /// `backoff` to the power of the failures so far. Multiplied up, because a power function may round
    /// differently on another machine, and the pauses are in histories.
    factor: f64,
}

impl Attempts {
    /// `None` when the policy allows one attempt only.
    pub(crate) fn new(policy: RetryPolicy, first_call: Timestamp) -> Option<Self> {
        (policy.max_attempts > 1).then_some(Self { policy, first_call, failures: 0, factor: 1.0 })
    }

    pub(crate) fn predicate(&self) -> Option<Rc<Predicate>> {
        self.policy.predicate.clone()
    }

    /// The pause before the next attempt, `None` when `failure` is final. The predicate is not asked.
    pub(crate) fn pause_after(&mut self, failure: &FailureDetails, now: Timestamp) -> Option<Duration> {
        self.failures += 1;
        let factor = self.factor;
        self.factor *= if self.policy.backoff > 0.0 { self.policy.backoff } else { 1.0 };
        let deadline = limit(self.policy.timeout).map(|timeout| self.first_call.saturating_add(timeout));
        let is_final = self.failures >= self.policy.max_attempts
            || failure.non_retriable
            || self.policy.non_retryable.contains(&failure.error_type)
            || deadline.is_some_and(|deadline| now > deadline);
        let pause = self.policy.pause(factor);
        (!is_final && !pause.is_zero()).then_some(pause)
    }
}

impl RetryPolicy {
    fn pause(&self, factor: f64) -> Duration {
        // The cast truncates to whole milliseconds and saturates.
        let pause = Duration::from_millis((self.first_interval.as_millis() as f64 * factor) as u64);
        limit(self.max_interval).map_or(pause, |max| pause.min(max))
    }

    /// What is wrong with the policy, in words.
    pub(crate) fn flaw(&self) -> Option<&'static str> {
        (self.max_attempts > 1 && self.first_interval < Duration::from_millis(1))
            .then_some("the first retry interval is shorter than a millisecond")
    }
}

fn limit(duration: Option<Duration>) -> Option<Duration> {
    duration.filter(|duration| !duration.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(policy: RetryPolicy, millis_per_attempt: u64) -> Vec<u64> {
        let failure = FailureDetails::new("E", "e");
        let mut now = Timestamp::UNIX_EPOCH;
        let mut pauses = Vec::new();
        let Some(mut attempts) = Attempts::new(policy, now) else { return pauses };
        while let Some(pause) = attempts.pause_after(&failure, now) {
            now = now.saturating_add(pause + Duration::from_millis(millis_per_attempt));
            pauses.push(u64::try_from(pause.as_millis()).unwrap());
        }
        pauses
    }

    fn policy(max_attempts: u32, first_millis: u64, backoff: f64) -> RetryPolicy {
        let first_interval = Duration::from_millis(first_millis);
        RetryPolicy { max_attempts, first_interval, backoff, ..RetryPolicy::default() }
    }

    #[test]
    fn attempts_include_the_first() {
        for (max_attempts, retries) in [(0, 0), (1, 0), (2, 1), (3, 2)] {
            assert_eq!(pauses(policy(max_attempts, 10, 1.0), 0).len(), retries);
        }
    }

    #[test]
    fn pauses_grow_and_are_cut_to_milliseconds() {
        assert_eq!(pauses(policy(5, 100, 1.5), 0), [100, 150, 225, 337]);
    }

    #[test]
    fn a_backoff_that_is_not_positive_counts_as_one() {
        for backoff in [0.0, -2.0, f64::NAN] {
            assert_eq!(pauses(policy(3, 100, backoff), 0), [100, 100]);
        }
    }

    #[test]
    fn pauses_stop_at_the_longest() {
        let max_interval = Some(Duration::from_millis(250));
        assert_eq!(pauses(RetryPolicy { max_interval, ..policy(5, 100, 2.0) }, 0), [100, 200, 250, 250]);
        let max_interval = Some(Duration::ZERO);
        assert_eq!(pauses(RetryPolicy { max_interval, ..policy(4, 100, 2.0) }, 0), [100, 200, 400]);
    }

    #[test]
    fn a_pause_of_nothing_ends_the_retries() {
        assert_eq!(pauses(policy(9, 4, 0.4), 0), [4, 1]);
    }

    #[test]
    fn an_endless_pause_is_the_longest_duration() {
        assert_eq!(pauses(policy(4, 10, f64::INFINITY), 0), [10, u64::MAX, u64::MAX]);
    }

    #[test]
    fn the_timeout_counts_from_the_first_call_and_includes_its_last_moment() {
        let timeout = Some(Duration::from_millis(300));
        // Failures at 0, 150 and 300 ms are retried, the one at 450 ms is not.
        assert_eq!(pauses(RetryPolicy { timeout, ..policy(9, 100, 1.0) }, 50), [100, 100, 100]);
        let timeout = Some(Duration::ZERO);
        assert_eq!(pauses(RetryPolicy { timeout, ..policy(4, 100, 1.0) }, 50), [100, 100, 100]);
    }

    #[test]
    fn marked_and_listed_failures_are_final() {
        let mut attempts = Attempts::new(
            RetryPolicy { non_retryable: Vec::from(["Fatal".into()]), ..policy(9, 1, 1.0) },
            Timestamp::UNIX_EPOCH,
        )
        .unwrap();
        let mut pause = |failure| attempts.pause_after(&failure, Timestamp::UNIX_EPOCH);
        assert!(pause(FailureDetails::new("E", "e")).is_some());
        assert!(pause(FailureDetails::new("Fatal", "e")).is_none());
        assert!(pause(FailureDetails::new("fatal", "e")).is_some());
        assert!(pause(FailureDetails::new("E", "e").non_retriable()).is_none());
    }

    #[test]
    fn a_policy_that_would_never_pause_is_flawed() {
        assert!(policy(2, 0, 1.0).flaw().is_some());
        assert!(policy(1, 0, 1.0).flaw().is_none());
        assert!(policy(2, 1, 1.0).flaw().is_none());
    }
}
