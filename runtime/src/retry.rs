//! When a failed call is tried again.

use core::time::Duration;

use crate::failure::{CallKind, Failure};

/// When a failed activity or child workflow is tried again, and after how long.
///
/// Delays are exact, without jitter, because a replay must compute the same ones. The delay before the attempt after
/// the k-th failure is `first_interval` × `backoff`^(k−1), in whole milliseconds, at most `max_interval`.
///
/// ```
/// use dacapo::RetryPolicy;
/// use std::time::Duration;
/// let policy = RetryPolicy::new(5).first_interval(Duration::from_secs(1)).backoff(2.0).max_interval(Duration::from_secs(10));
/// ```
#[derive(Clone)]
pub struct RetryPolicy(dacapo_engine::RetryPolicy);

impl RetryPolicy {
    /// At most `max_attempts` attempts, the first one included, a second apart. Zero means one.
    pub fn new(max_attempts: u32) -> Self {
        Self(dacapo_engine::RetryPolicy {
            max_attempts,
            first_interval: Duration::from_secs(1),
            backoff: 1.0,
            max_interval: None,
            timeout: None,
            non_retryable: Vec::new(),
            predicate: None,
        })
    }

    /// The delay after the first failure; Dapr's `initialRetryInterval`. Zero ends the retries.
    #[must_use]
    pub fn first_interval(mut self, interval: Duration) -> Self {
        self.0.first_interval = interval;
        self
    }

    /// What each delay is multiplied by to get the next; Dapr's `backoffCoefficient`. Zero and below mean one.
    #[must_use]
    pub fn backoff(mut self, coefficient: f64) -> Self {
        self.0.backoff = coefficient;
        self
    }

    /// The longest delay; Dapr's `maxRetryInterval`.
    #[must_use]
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.0.max_interval = Some(interval);
        self
    }

    /// How long after the first attempt a failure may still be retried; Dapr's `retryTimeout`.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.0.timeout = Some(timeout);
        self
    }

    /// Failures of this error type are passed on at once.
    #[must_use]
    pub fn except(mut self, error_type: impl Into<String>) -> Self {
        self.0.non_retryable.push(error_type.into());
        self
    }

    /// Only failures for which `retryable` says true are tried again. It must depend on the failure alone.
    #[must_use]
    pub fn only_if(mut self, retryable: impl Fn(&Failure) -> bool + 'static) -> Self {
        let decide = move |details: &dacapo_engine::FailureDetails| {
            retryable(&Failure::new(CallKind::Activity, "", details.clone(), |_| None))
        };
        self.0.predicate = Some(std::rc::Rc::new(decide));
        self
    }

    pub(crate) fn into_engine(self) -> dacapo_engine::RetryPolicy {
        self.0
    }
}

impl core::fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RetryPolicy")
            .field("max_attempts", &self.0.max_attempts)
            .field("first_interval", &self.0.first_interval)
            .field("backoff", &self.0.backoff)
            .field("max_interval", &self.0.max_interval)
            .field("timeout", &self.0.timeout)
            .field("except", &self.0.non_retryable)
            .finish_non_exhaustive()
    }
}
