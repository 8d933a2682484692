//! Durations, as kops reads them.

/// The units, each with its nanoseconds; longer names first.
const UNITS: &[(&str, i128)] = &[
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND as i128),
    ("m", 60 * SECOND as i128),
    ("h", 3600 * SECOND as i128),
];

/// The nanoseconds of a second.
pub(super) const SECOND: i64 = 1_000_000_000;
/// The digits after a point that can count: a nanosecond is far above them.
const MOST_DIGITS: usize = 15;

/// The nanoseconds of a text such as `1h30m`, `-1.5s` or `0`; `None` if kops cannot read it.
pub(super) fn nanoseconds(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut sum: i128 = if rest.is_empty() { return None } else { 0 };
    while !rest.is_empty() {
        let (value, after) = part(rest)?;
        sum = sum.checked_add(value)?;
        rest = after;
    }
    i64::try_from(sign * sum).ok()
}

/// The first number with its unit, and what follows.
fn part(text: &str) -> Option<(i128, &str)> {
    let (whole, rest) = digits(text);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => digits(rest),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let (name, rest) = unit(rest);
    let (_, size) = UNITS.iter().find(|(unit, _)| *unit == name)?;
    let fraction = &fraction[..fraction.len().min(MOST_DIGITS)];
    let scale = fraction.bytes().fold(1, |scale: i128, _| scale * 10);
    let whole = number(whole)?.checked_mul(*size)?;
    let value = whole.checked_add(number(fraction)? * size / scale)?;
    Some((value, rest))
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

fn unit(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

fn number(digits: &str) -> Option<i128> {
    if digits.is_empty() { Some(0) } else { digits.parse::<i64>().ok().map(i128::from) }
}

#[cfg(test)]
mod tests {
    use super::nanoseconds;

    #[test]
    fn reads_what_kops_reads() {
        let cases = [
            ("0", Some(0)),
            ("30s", Some(30_000_000_000)),
            ("1h0m0.5s", Some(3_600_500_000_000)),
            ("-1s", Some(-1_000_000_000)),
            ("+.5ms", Some(500_000)),
            ("1.s", Some(1_000_000_000)),
            ("1\u{b5}s", Some(1_000)),
            ("0.00000000000000000000001s", Some(0)),
            ("", None),
            ("-", None),
            (".s", None),
            ("30", None),
            ("thirty", None),
            ("1d", None),
            ("1s ", None),
            ("1m1", None),
            ("9999999999999h", None),
            ("99999999999999999999999s", None),
        ];
        for (text, expected) in cases {
            assert_eq!(nanoseconds(text), expected, "{text:?}");
        }
    }
}
