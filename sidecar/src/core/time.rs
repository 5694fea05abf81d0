//! Time as the core sees it: a number that a clock hands in.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prost_types::Timestamp;

const NANOS_PER_SECOND: i128 = 1_000_000_000;

/// A moment in nanoseconds since 1970, UTC; what lies outside 1677 to 2262 is clamped to that range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// The moment `nanos` nanoseconds after 1970.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since 1970.
    #[must_use]
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// The moment of a protobuf timestamp, whatever its fields hold.
    #[must_use]
    pub fn from_proto(timestamp: &Timestamp) -> Self {
        let nanos = i128::from(timestamp.seconds) * NANOS_PER_SECOND + i128::from(timestamp.nanos);
        let clamped = nanos.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
        Self(i64::try_from(clamped).unwrap_or(i64::MAX))
    }

    /// The protobuf timestamp of this moment.
    #[must_use]
    pub fn to_proto(self) -> Timestamp {
        let seconds = self.0.div_euclid(1_000_000_000);
        let nanos = i32::try_from(self.0.rem_euclid(1_000_000_000)).unwrap_or(0);
        Timestamp { seconds, nanos }
    }

    /// This moment plus a span, at most the end of the range.
    #[must_use]
    pub fn saturating_add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_nanos()).unwrap_or(i64::MAX)))
    }

    /// This moment minus a span, at least the beginning of the range.
    #[must_use]
    pub fn saturating_sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_nanos()).unwrap_or(i64::MAX)))
    }

    /// The span since `earlier`; zero when that is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The first moment after both this one and `other`.
    pub(crate) fn strictly_after(self, other: Self) -> Self {
        Self(self.0.max(other.0.saturating_add(1)))
    }
}

/// Where the core takes the time from.
pub trait Clock: Send + Sync {
    /// The current moment.
    fn now(&self) -> Time;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        let nanos = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
        };
        Time(nanos)
    }
}

/// A clock that stands still until it is told to move, for tests.
///
/// ```
/// use dacapo_sidecar::core::{Clock, ManualClock, Time};
/// use std::time::Duration;
///
/// let clock = ManualClock::new(Time::EPOCH);
/// clock.advance(Duration::from_secs(30));
/// assert_eq!(clock.now(), Time::from_nanos(30_000_000_000));
/// ```
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `start`.
    #[must_use]
    pub const fn new(start: Time) -> Self {
        Self(AtomicI64::new(start.nanos()))
    }

    /// Moves the clock forward.
    pub fn advance(&self, span: Duration) {
        self.set(self.now().saturating_add(span));
    }

    /// Moves the clock to a moment, which may lie in its past.
    pub fn set(&self, moment: Time) {
        self.0.store(moment.nanos(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Time {
        Time(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_survives_the_round_trip() {
        for nanos in [0, 1, -1, 1_700_000_000_123_456_789, -5_000_000_001] {
            let time = Time::from_nanos(nanos);
            assert_eq!(Time::from_proto(&time.to_proto()), time, "{nanos}");
        }
    }

    #[test]
    fn any_timestamp_has_a_moment() {
        let far = Timestamp { seconds: i64::MAX, nanos: i32::MAX };
        assert_eq!(Time::from_proto(&far), Time::from_nanos(i64::MAX));
        let early = Timestamp { seconds: i64::MIN, nanos: i32::MIN };
        assert_eq!(Time::from_proto(&early), Time::from_nanos(i64::MIN));
    }

    #[test]
    fn moments_made_strictly_increasing_differ() {
        let time = Time::from_nanos(7);
        assert_eq!(time.strictly_after(time), Time::from_nanos(8));
        assert_eq!(time.strictly_after(Time::EPOCH), time);
    }
}
