//! When a failed call is tried again.

use core::panic::AssertUnwindSafe;
use core::time::Duration;
use std::panic::catch_unwind;
use std::rc::Rc;

use dacapo_engine::FailureDetails;

use crate::context::WorkflowContext;
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
pub struct RetryPolicy {
    engine: dacapo_engine::RetryPolicy,
    only_if: Option<Rc<Decide>>,
}

/// Whether to retry a failure.
type Decide = dyn Fn(&Failure) -> bool;

impl RetryPolicy {
    /// At most `max_attempts` attempts, the first one included, a second apart. Zero means one.
    pub fn new(max_attempts: u32) -> Self {
        Self { engine: dacapo_engine::RetryPolicy { max_attempts, ..Default::default() }, only_if: None }
    }

    /// The delay after the first failure; Dapr's `initialRetryInterval`. Zero ends the retries.
    #[must_use]
    pub fn first_interval(mut self, interval: Duration) -> Self {
        self.engine.first_interval = interval;
        self
    }

    /// What each delay is multiplied by to get the next; Dapr's `backoffCoefficient`. Zero and below mean one.
    #[must_use]
    pub fn backoff(mut self, coefficient: f64) -> Self {
        self.engine.backoff = coefficient;
        self
    }

    /// The longest delay; Dapr's `maxRetryInterval`.
    #[must_use]
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.engine.max_interval = Some(interval);
        self
    }

    /// How long after the first attempt a failure may still be retried; Dapr's `retryTimeout`.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.engine.timeout = Some(timeout);
        self
    }

    /// Failures of this error type are passed on at once.
    #[must_use]
    pub fn except(mut self, error_type: impl Into<String>) -> Self {
        self.engine.non_retryable.push(error_type.into());
        self
    }

    /// Only failures for which `retryable` says true are tried again. It must depend on the failure alone: it is asked
    /// again whenever the workflow is replayed. If it panics, the workflow fails as if its own code had panicked.
    #[must_use]
    pub fn only_if(mut self, retryable: impl Fn(&Failure) -> bool + 'static) -> Self {
        self.only_if = Some(Rc::new(retryable));
        self
    }

    /// The policy for a call that a workflow makes.
    pub(crate) fn into_engine(
        self,
        ctx: &WorkflowContext,
        kind: CallKind,
        callee: &'static str,
    ) -> dacapo_engine::RetryPolicy {
        let Self { mut engine, only_if } = self;
        engine.predicate = only_if.map(|only_if| {
            let ctx = ctx.share();
            let decide = move |details: &FailureDetails| {
                let failure = Failure::new(kind, callee, details.clone(), |_| None);
                decide(&ctx, || only_if(&failure))
            };
            Rc::new(decide) as Rc<dacapo_engine::Predicate>
        });
        engine
    }
}

/// Asks a predicate, which is code of the workflow although it runs beside the body.
fn decide(ctx: &WorkflowContext, only_if: impl FnOnce() -> bool) -> bool {
    let decided = ctx.log(|| catch_unwind(AssertUnwindSafe(only_if)));
    decided.unwrap_or_else(|panic| {
        if let Some(failure) = ctx.panicked(panic.as_ref()) {
            ctx.engine().fail(failure);
        }
        false
    })
}

impl core::fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RetryPolicy")
            .field("max_attempts", &self.engine.max_attempts)
            .field("first_interval", &self.engine.first_interval)
            .field("backoff", &self.engine.backoff)
            .field("max_interval", &self.engine.max_interval)
            .field("timeout", &self.engine.timeout)
            .field("except", &self.engine.non_retryable)
            .finish_non_exhaustive()
    }
}
