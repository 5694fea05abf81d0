//! When a failed activity or child workflow is tried again.

use alloc::{rc::Rc, string::String, vec::Vec};
use core::{fmt, time::Duration};

use crate::failure::FailureDetails;

/// When a failed activity or child workflow is tried again.
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
    /// Whether to retry a failure; `None` retries all. It has to be deterministic.
    pub predicate: Option<Rc<dyn Fn(&FailureDetails) -> bool>>,
}

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
