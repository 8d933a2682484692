//! Durations as Go writes them.

/// Units, with nanoseconds.
const UNITS: &[(&str, f64)] = &[
    ("ns", 1.0),
    ("us", 1e3),
    ("\u{b5}s", 1e3),
    ("\u{3bc}s", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 6e10),
    ("h", 3.6e12),
];

/// The longest duration that Go can hold, in nanoseconds.
const LONGEST: f64 = i64::MAX as f64;

/// Whether Go reads a text as a duration: numbers with units, such as `1h30m`, or `0`.
pub(super) fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    let mut sum = 0.0;
    while !rest.is_empty() {
        let Some((part, after)) = part(rest) else { return false };
        sum += part;
        rest = after;
    }
    !text.trim_start_matches(['+', '-']).is_empty() && sum <= LONGEST
}

/// The first number with its unit, in nanoseconds, and what follows.
fn part(text: &str) -> Option<(f64, &str)> {
    let length = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let (number, rest) = text.split_at(length);
    let has_digit = number.bytes().any(|byte| byte.is_ascii_digit());
    let value: f64 = number.parse().ok().filter(|_| has_digit)?;
    let length = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
    let (unit, rest) = rest.split_at(length);
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
    Some((value * factor, rest))
}
