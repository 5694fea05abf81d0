//! How long to wait before the next attempt to connect.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

const FACTOR: f64 = 1.5;
/// Beyond this the delay has long reached its maximum.
const ATTEMPTS_COUNTED_MAX: u32 = 32;

/// Delays that grow by half each time, spread by half to either side, until something arrives.
#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    max: Duration,
    attempts: AtomicU32,
}

impl Backoff {
    pub(super) fn new(first: Duration, max: Duration) -> Self {
        Self { first, max, attempts: AtomicU32::new(0) }
    }

    pub(super) fn next(&self) -> Duration {
        let attempt = self.attempts.fetch_add(1, Ordering::Relaxed);
        self.delay(attempt, random_fraction(attempt))
    }

    pub(super) fn reset(&self) {
        self.attempts.store(0, Ordering::Relaxed);
    }

    /// `spread` is between 0 and 1.
    fn delay(&self, attempt: u32, spread: f64) -> Duration {
        let exponent = attempt.min(ATTEMPTS_COUNTED_MAX);
        let grown = self.first.as_secs_f64() * FACTOR.powf(f64::from(exponent));
        let spread_out = grown.min(self.max.as_secs_f64()) * (0.5 + spread);
        Duration::from_secs_f64(spread_out).min(self.max)
    }
}

/// A number between 0 and 1 from the randomness that the standard library seeds its hash maps with.
fn random_fraction(salt: u32) -> f64 {
    let bits = RandomState::new().hash_one(salt) as u32;
    f64::from(bits) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backoff() -> Backoff {
        Backoff::new(Duration::from_millis(500), Duration::from_secs(15))
    }

    #[test]
    fn delays_grow_by_half_up_to_the_maximum() {
        let middle = |attempt| backoff().delay(attempt, 0.5).as_millis();
        assert_eq!([0, 1, 2, 3].map(middle), [500, 750, 1125, 1687]);
        assert_eq!([20, u32::MAX].map(middle), [15_000, 15_000]);
    }

    #[test]
    fn delays_spread_by_half_to_either_side() {
        assert_eq!(backoff().delay(0, 0.0), Duration::from_millis(250));
        assert_eq!(backoff().delay(0, 1.0), Duration::from_millis(750));
        assert_eq!(backoff().delay(20, 1.0), Duration::from_secs(15));
    }

    #[test]
    fn it_starts_again_after_a_reset() {
        let backoff = backoff();
        for _ in 0..20 {
            backoff.next();
        }
        assert!(backoff.next() >= Duration::from_millis(7_500));
        backoff.reset();
        assert!(backoff.next() <= Duration::from_millis(750));
    }
}
