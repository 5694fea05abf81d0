//! Values in the width of a terminal.

use std::time::Duration;

use prost_types::Timestamp;

/// A text on one line, without anything that would move a terminal's cursor, at most `width` characters long.
pub(super) fn brief(text: &str, width: usize) -> String {
    let mut shown = String::new();
    for (count, letter) in text.chars().enumerate() {
        if count == width {
            shown.push('…');
            break;
        }
        if letter.is_control() { shown.extend(letter.escape_default()) } else { shown.push(letter) }
    }
    shown
}

/// A time to the millisecond.
pub(super) fn moment(time: Option<Timestamp>) -> String {
    // Dapr's times before it knows one lie in year 1.
    time.filter(|time| time.seconds > -62_135_596_800).map_or_else(
        || "-".into(),
        |time| Timestamp { nanos: time.nanos / 1_000_000 * 1_000_000, ..time }.to_string(),
    )
}

/// The time from one moment to a later one.
pub(super) fn between(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<Duration> {
    let nanos = |time: Timestamp| i128::from(time.seconds) * 1_000_000_000 + i128::from(time.nanos);
    u64::try_from(nanos(to?) - nanos(from?)).ok().map(Duration::from_nanos)
}

/// A duration in two parts at most, such as `1h 4m` or `1.204s`.
pub(super) fn duration(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..60 => format!("{seconds}.{:03}s", span.subsec_millis()),
        60..3600 => format!("{}m {}s", seconds / 60, seconds % 60),
        3600..86400 => format!("{}h {}m", seconds / 3600, seconds / 60 % 60),
        _ => format!("{}d {}h", seconds / 86400, seconds / 3600 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_on_its_line_and_moves_no_cursor() {
        assert_eq!(brief("a\nb\u{1b}[2J", 20), "a\\nb\\u{1b}[2J");
        assert_eq!(brief("äöü", 2), "äö…");
        assert_eq!(brief("äö", 2), "äö");
    }

    #[test]
    fn a_time_is_shown_to_the_millisecond_and_year_1_not_at_all() {
        let time = Timestamp { seconds: 1, nanos: 123_456_789 };
        assert_eq!(moment(Some(time)), "1970-01-01T00:00:01.123Z");
        assert_eq!(moment(None), "-");
        assert_eq!(moment(Some(Timestamp { seconds: -62_135_596_800, nanos: 0 })), "-");
    }

    #[test]
    fn durations_have_two_parts() {
        let shown = |millis| duration(Duration::from_millis(millis));
        assert_eq!(shown(7), "0.007s");
        assert_eq!(shown(61_000), "1m 1s");
        assert_eq!(shown(3_660_000), "1h 1m");
        assert_eq!(shown(90_000_000), "1d 1h");
    }

    #[test]
    fn what_ends_before_it_begins_has_no_duration() {
        let at = |seconds| Some(Timestamp { seconds, nanos: 0 });
        assert_eq!(between(at(1), at(3)), Some(Duration::from_secs(2)));
        assert_eq!(between(at(3), at(1)), None);
        assert_eq!(between(None, at(1)), None);
        let far = Some(Timestamp { seconds: i64::MAX, nanos: 0 });
        assert_eq!(between(Some(Timestamp { seconds: i64::MIN, nanos: 0 }), far), None);
    }
}
