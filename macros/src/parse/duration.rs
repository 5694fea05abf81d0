//! Durations in options: `"500ms"`, `"30s"`, `"1h30m"`.

use std::time::Duration;

const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("min", 60 * 1_000_000_000),
    ("m", 60 * 1_000_000_000),
    ("h", 3_600 * 1_000_000_000),
    ("d", 86_400 * 1_000_000_000),
];

/// Reads whole numbers with units, largest first or not; the sum counts.
///
/// # Errors
/// Says in words what is not understood, or that the sum is over 584 years.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("it is empty".into());
    }
    let mut nanos: u64 = 0;
    while !rest.is_empty() {
        let (part, tail) = part(rest)?;
        nanos = nanos.checked_add(part).ok_or("it is longer than 584 years")?;
        rest = tail.trim_start();
    }
    Ok(Duration::from_nanos(nanos))
}

/// The first number with its unit, in nanoseconds, and what follows.
fn part(text: &str) -> Result<(u64, &str), String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, tail) = text.split_at(digits);
    if number.is_empty() {
        return Err(format!("a number is missing before `{text}`"));
    }
    let letters = tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len());
    let (unit, rest) = tail.split_at(letters);
    let nanos = match UNITS.iter().find(|(name, _)| *name == unit) {
        Some((_, nanos)) => *nanos,
        None if unit.is_empty() && rest.is_empty() => return Err(format!("`{number}` has no unit")),
        None if rest.starts_with('.') => return Err("it has a fraction".into()),
        None if unit.is_empty() => return Err(format!("`{rest}` is not a unit")),
        None => return Err(format!("`{unit}` is not a unit")),
    };
    let long = || String::from("it is longer than 584 years");
    let number: u64 = number.parse().map_err(|_| long())?;
    Ok((number.checked_mul(nanos).ok_or_else(long)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_whole_numbers_with_units() {
        let cases = [
            ("1s", Duration::from_secs(1)),
            ("500ms", Duration::from_millis(500)),
            ("250us", Duration::from_micros(250)),
            ("7ns", Duration::from_nanos(7)),
            ("2m", Duration::from_secs(120)),
            ("2min", Duration::from_secs(120)),
            ("1h30m", Duration::from_secs(5400)),
            ("1h 30m", Duration::from_secs(5400)),
            ("30d", Duration::from_secs(30 * 86_400)),
            ("0s", Duration::ZERO),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_duration_is_said() {
        let cases = [
            ("", "it is empty"),
            ("10", "`10` has no unit"),
            ("ten seconds", "a number is missing before `ten seconds`"),
            ("1 s", "` s` is not a unit"),
            ("3 weeks", "` weeks` is not a unit"),
            ("3weeks", "`weeks` is not a unit"),
            ("1.5s", "it has a fraction"),
            ("-1s", "a number is missing before `-1s`"),
            ("99999999999d", "it is longer than 584 years"),
            ("999999999999999999999s", "it is longer than 584 years"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Err(expected.to_owned()), "{text}");
        }
    }
}
