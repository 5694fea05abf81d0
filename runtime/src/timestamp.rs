//! A point in time that has no clock.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;
use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point in time, exact to the nanosecond, from year 1 to year 9999: the range of protobuf's `Timestamp`.
///
/// It has no clock: in a workflow it comes from [`WorkflowContext::now`](crate::WorkflowContext::now), which is the
/// time recorded for the turn. In JSON it is RFC 3339 text.
///
/// ```
/// use std::time::Duration;
/// let due: dacapo::Timestamp = "2026-05-06T07:08:09Z".parse()?;
/// assert_eq!((due + Duration::from_millis(1500)).to_string(), "2026-05-06T07:08:10.500Z");
/// # Ok::<(), dacapo::TimestampError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub(crate) dacapo_engine::Timestamp);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(dacapo_engine::Timestamp::UNIX_EPOCH);

    /// The last instant of year 9999.
    pub const MAX: Self = Self(dacapo_engine::Timestamp::MAX);

    /// The instant `seconds` and `nanos` after 1970-01-01T00:00:00Z, or the nearest one in range.
    pub fn from_unix(seconds: i64, nanos: u32) -> Self {
        Self(dacapo_engine::Timestamp::new(seconds, nanos))
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub fn unix_seconds(self) -> i64 {
        self.0.seconds()
    }

    /// Nanoseconds after [`unix_seconds`](Self::unix_seconds), below 1,000,000,000.
    pub fn subsec_nanos(self) -> u32 {
        self.0.nanos()
    }

    /// How long after `earlier` this is; `None` when it is before.
    pub fn duration_since(self, earlier: Self) -> Option<Duration> {
        self.0.duration_since(earlier.0)
    }
}

impl core::ops::Add<Duration> for Timestamp {
    type Output = Self;

    /// Stops at the last instant of year 9999.
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }
}

impl core::ops::Sub<Duration> for Timestamp {
    type Output = Self;

    /// Stops at the first instant of year 1.
    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(duration))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A text that is no RFC 3339 time between the years 1 and 9999.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an RFC 3339 time between the years 1 and 9999, such as 2026-05-06T07:08:09Z")]
pub struct TimestampError {
    text: String,
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| TimestampError { text: text.to_owned() })
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => Self::UNIX_EPOCH + after,
            Err(before) => Self::UNIX_EPOCH - before.duration(),
        }
    }
}

impl From<Timestamp> for SystemTime {
    fn from(timestamp: Timestamp) -> Self {
        match timestamp.duration_since(Timestamp::UNIX_EPOCH) {
            Some(after) => Self::UNIX_EPOCH + after,
            None => Self::UNIX_EPOCH - Timestamp::UNIX_EPOCH.duration_since(timestamp).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_rfc_3339_and_comes_back() {
        let time = Timestamp::from_unix(1_683_356_889, 123_456_700);
        let json = serde_json::to_string(&time).unwrap();
        assert_eq!(json, "\"2023-05-06T07:08:09.123456700Z\"");
        assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), time);
    }

    #[test]
    fn system_time_converts_both_ways_also_before_1970() {
        for time in [Timestamp::from_unix(5, 7), Timestamp::from_unix(-5, 7)] {
            assert_eq!(Timestamp::from(SystemTime::from(time)), time);
        }
    }

    #[test]
    fn other_text_is_refused_by_name() {
        let error = "tomorrow".parse::<Timestamp>().unwrap_err();
        assert!(error.to_string().starts_with("`tomorrow` is not an RFC 3339 time"), "{error}");
    }
}
