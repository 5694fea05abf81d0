//! Points in time as the protocol has them: UTC, nanoseconds, years 1 to 9999.

use alloc::string::String;
use core::{error::Error, fmt, str::FromStr, time::Duration};

const NANOS_PER_SECOND: u32 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// A point in time in UTC, exact to the nanosecond, within the years 1 to 9999 (the range of the protocol).
///
/// It has no clock: timestamps come from history. Values out of range are clamped to [`Timestamp::MIN`] or
/// [`Timestamp::MAX`], so no arithmetic fails.
///
/// ```
/// use core::time::Duration;
/// use dacapo_engine::Timestamp;
///
/// let noon: Timestamp = "2026-03-01T13:00:00+01:00".parse()?;
/// assert_eq!(noon.saturating_add(Duration::from_millis(1500)).to_string(), "2026-03-01T12:00:01.500Z");
/// # Ok::<(), dacapo_engine::ParseTimestampError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp {
    seconds: i64,
    nanos: u32,
}

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self { seconds: 0, nanos: 0 };
    /// 0001-01-01T00:00:00Z, the earliest time of the protocol.
    pub const MIN: Self = Self { seconds: -62_135_596_800, nanos: 0 };
    /// 9999-12-31T23:59:59.999999999Z, the latest time of the protocol; timers with it never fire.
    pub const MAX: Self = Self { seconds: 253_402_300_799, nanos: NANOS_PER_SECOND - 1 };

    /// The time `seconds` and `nanos` after 1970-01-01T00:00:00Z.
    ///
    /// `nanos` of a second or more count as 999,999,999; a time out of range becomes the nearest one in range.
    pub fn new(seconds: i64, nanos: u32) -> Self {
        Self { seconds, nanos: nanos.min(NANOS_PER_SECOND - 1) }.clamp(Self::MIN, Self::MAX)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded towards the past.
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds within the second, 0 to 999,999,999.
    pub fn nanos(self) -> u32 {
        self.nanos
    }

    /// This time plus `duration`, at most [`Timestamp::MAX`].
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        let nanos = self.nanos + duration.subsec_nanos();
        let (carry, nanos) =
            if nanos >= NANOS_PER_SECOND { (1, nanos - NANOS_PER_SECOND) } else { (0, nanos) };
        let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        Self::new(self.seconds.saturating_add(seconds).saturating_add(carry), nanos)
    }

    /// This time minus `duration`, at least [`Timestamp::MIN`].
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        let borrow = self.nanos < duration.subsec_nanos();
        let nanos = self.nanos + if borrow { NANOS_PER_SECOND } else { 0 } - duration.subsec_nanos();
        let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        Self::new(self.seconds.saturating_sub(seconds).saturating_sub(i64::from(borrow)), nanos)
    }

    /// The time from `earlier` to this one, `None` when `earlier` is later.
    pub fn duration_since(self, earlier: Self) -> Option<Duration> {
        if earlier > self {
            return None;
        }
        let borrow = self.nanos < earlier.nanos;
        let nanos = self.nanos + if borrow { NANOS_PER_SECOND } else { 0 } - earlier.nanos;
        let seconds = self.seconds - earlier.seconds - i64::from(borrow);
        Some(Duration::new(u64::try_from(seconds).unwrap_or(0), nanos))
    }

    /// Year, month, day of this time, and seconds within the day.
    pub(crate) fn civil(self) -> (i64, u32, u32, u32) {
        let (days, second) =
            (self.seconds.div_euclid(SECONDS_PER_DAY), self.seconds.rem_euclid(SECONDS_PER_DAY));
        // Years that begin in March end with the leap day, so month lengths do not depend on the year.
        let days = days + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month as u32, day as u32, second as u32)
    }
}

/// RFC 3339 in UTC; the fraction is left out when it is zero, else it has 3, 6 or 9 digits.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day, second) = self.civil();
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match self.nanos {
            0 => f.write_str("Z"),
            n if n % 1_000_000 == 0 => write!(f, ".{:03}Z", n / 1_000_000),
            n if n % 1_000 == 0 => write!(f, ".{:06}Z", n / 1_000),
            n => write!(f, ".{n:09}Z"),
        }
    }
}

/// A text that is not an RFC 3339 time within the years 1 to 9999.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ParseTimestampError {
    text: String,
}

impl fmt::Display for ParseTimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an RFC 3339 time such as 2026-03-01T12:00:00Z", self.text)
    }
}

impl Error for ParseTimestampError {}

/// RFC 3339 with any offset; digits past the nanosecond are dropped.
impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text.as_bytes()).ok_or_else(|| ParseTimestampError { text: text.into() })
    }
}

fn parse(text: &[u8]) -> Option<Timestamp> {
    let (date, rest) = text.split_at_checked(10)?;
    let (clock, rest) = rest.split_at_checked(9)?;
    let (year, month, day) = (digits(&date[..4])?, digits(&date[5..7])?, digits(&date[8..])?);
    let (hour, minute, second) = (digits(&clock[1..3])?, digits(&clock[4..6])?, digits(&clock[7..])?);
    let separators =
        [date[4], date[7], clock[3], clock[6]] == *b"--::" && matches!(clock[0], b'T' | b't' | b' ');
    let in_range = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        // 60 is a leap second: it reads as the first second of the next minute.
        && second <= 60;
    if !separators || !in_range {
        return None;
    }
    let (nanos, zone) = fraction(rest)?;
    let seconds = days_since_epoch(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
    Some(Timestamp::new(seconds - offset_seconds(zone)?, nanos))
}

/// Nanoseconds of a fraction such as `.25`, and what follows it.
fn fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let Some(text) = text.strip_prefix(b".") else { return Some((0, text)) };
    let len = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if len == 0 {
        return None;
    }
    let nanos = (0..9).fold(0, |nanos, at| {
        let digit = if at < len { u32::from(text[at] - b'0') } else { 0 };
        nanos * 10 + digit
    });
    Some((nanos, &text[len..]))
}

fn offset_seconds(zone: &[u8]) -> Option<i64> {
    match zone {
        b"Z" | b"z" => Some(0),
        [sign @ (b'+' | b'-'), a, b, b':', c, d] => {
            let (hours, minutes) = (digits(&[*a, *b])?, digits(&[*c, *d])?);
            let offset = (hours < 24 && minutes < 60).then_some(hours * 3600 + minutes * 60)?;
            Some(if *sign == b'-' { -offset } else { offset })
        }
        _ => None,
    }
}

fn digits(text: &[u8]) -> Option<i64> {
    text.iter()
        .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(*byte - b'0')))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn days_of_all_years_read_back_as_written() {
        let days = (Timestamp::MIN.seconds / SECONDS_PER_DAY)..=(Timestamp::MAX.seconds / SECONDS_PER_DAY);
        // Coprime to the lengths of weeks, years and leap cycles: every date of a year comes up.
        for day in days.step_by(13) {
            let time = Timestamp::new(day * SECONDS_PER_DAY + 3_723, 0);
            assert_eq!(time.to_string().parse(), Ok(time));
        }
    }

    #[test]
    fn text_is_rfc_3339_with_the_shortest_of_four_fractions() {
        for (seconds, nanos, text) in [
            (0, 0, "1970-01-01T00:00:00Z"),
            (1_683_356_889, 120_000_000, "2023-05-06T07:08:09.120Z"),
            (1_683_356_889, 123_456_000, "2023-05-06T07:08:09.123456Z"),
            (1_683_356_889, 123_456_700, "2023-05-06T07:08:09.123456700Z"),
            (-1, 0, "1969-12-31T23:59:59Z"),
            (i64::MIN, 0, "0001-01-01T00:00:00Z"),
            (i64::MAX, u32::MAX, "9999-12-31T23:59:59.999999999Z"),
        ] {
            let time = Timestamp::new(seconds, nanos);
            assert_eq!(time.to_string(), text);
            assert_eq!(text.parse(), Ok(time));
        }
    }

    #[test]
    fn offsets_leap_seconds_and_long_fractions_are_read() {
        for (text, same) in [
            ("2023-05-06t07:08:09z", "2023-05-06T07:08:09Z"),
            ("2023-05-06T00:08:09-07:00", "2023-05-06T07:08:09Z"),
            ("2023-05-06T12:38:09+05:30", "2023-05-06T07:08:09Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("2024-02-29T00:00:00.12345678999Z", "2024-02-29T00:00:00.123456789Z"),
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), same);
        }
    }

    #[test]
    fn other_texts_are_refused_and_named() {
        for text in [
            "",
            "2023",
            "2023-05-06",
            "2023-05-06T07:08:09",
            "2023-13-06T07:08:09Z",
            "2023-02-29T07:08:09Z",
            "0000-01-01T00:00:00Z",
            "2023-05-06T24:08:09Z",
            "2023-05-06T07:08:09.Z",
            "2023-05-06T07:08:09+5:00",
            "2023-05-06T07:08:09Zx",
            "２023-05-06T07:08:09Z",
        ] {
            let error = text.parse::<Timestamp>().unwrap_err();
            assert!(error.to_string().contains(text), "{error}");
        }
    }

    #[test]
    fn arithmetic_carries_nanoseconds_and_stays_in_range() {
        let time = Timestamp::new(10, 600_000_000);
        assert_eq!(time.saturating_add(Duration::new(1, 500_000_000)), Timestamp::new(12, 100_000_000));
        assert_eq!(time.saturating_sub(Duration::new(1, 700_000_000)), Timestamp::new(8, 900_000_000));
        assert_eq!(time.saturating_add(Duration::MAX), Timestamp::MAX);
        assert_eq!(time.saturating_sub(Duration::MAX), Timestamp::MIN);
        assert_eq!(time.duration_since(Timestamp::new(9, 700_000_000)), Some(Duration::from_millis(900)));
        assert_eq!(Timestamp::new(9, 0).duration_since(time), None);
    }
}
