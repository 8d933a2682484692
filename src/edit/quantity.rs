//! Amounts that are written in different ways: quantities of Kubernetes and durations of Go.

/// Whether the values of a field are one amount: `3.14` and `3140m`, `48h20m` and `48h20m0s`.
pub(super) fn is_same_amount(key: &str, one: &str, other: &str) -> bool {
    let is_same = |read: fn(&str) -> Option<i128>| {
        read(one).is_some_and(|amount| read(other) == Some(amount))
    };
    (is_quantity(key) && is_same(quantity)) || (is_duration(key) && is_same(duration))
}

/// Fields whose values are quantities, by the end of their key.
fn is_quantity(key: &str) -> bool {
    let ends = ["Request", "Limit", "Qps", "QPS", "qps", "Tolerance"];
    ends.iter().any(|end| key.ends_with(end)) || matches!(key, "min" | "max" | "divisor")
}

/// Fields whose values are durations, by a word in their key.
fn is_duration(key: &str) -> bool {
    let words = ["Period", "Timeout", "Interval", "Duration", "Deadline", "Delay", "TTL", "Ttl"];
    words.iter().any(|word| key.contains(word)) || matches!(key, "interval" | "timeout" | "ttl")
}

/// A quantity in billionths of a billionth.
fn quantity(text: &str) -> Option<i128> {
    const UNITS: &[(&str, i128, i128)] = &[
        ("Ki", 1 << 10, 1),
        ("Mi", 1 << 20, 1),
        ("Gi", 1 << 30, 1),
        ("Ti", 1 << 40, 1),
        ("n", 1, 1_000_000_000),
        ("u", 1, 1_000_000),
        ("m", 1, 1000),
        ("k", 1000, 1),
        ("M", 1_000_000, 1),
        ("G", 1_000_000_000, 1),
        ("T", 1_000_000_000_000, 1),
        ("", 1, 1),
    ];
    let (unit, times, per) = UNITS.iter().find(|(unit, ..)| text.ends_with(unit))?;
    Some(decimal(text.strip_suffix(unit)?)?.checked_mul(*times)? / per)
}

/// A duration in billionths of a nanosecond; `0` needs no unit.
fn duration(text: &str) -> Option<i128> {
    if text == "0" {
        return Some(0);
    }
    let (mut rest, mut sum) = (text, 0i128);
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (amount, after) = rest.split_at(number);
        let unit = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, next) = after.split_at(unit);
        let nanoseconds = match unit {
            "h" => 3_600_000_000_000,
            "m" => 60_000_000_000,
            "s" => 1_000_000_000,
            "ms" => 1_000_000,
            "us" | "µs" => 1000,
            "ns" => 1,
            _ => return None,
        };
        sum = sum.checked_add(decimal(amount)?.checked_mul(nanoseconds)? / 1_000_000_000)?;
        rest = next;
    }
    (!text.is_empty()).then_some(sum)
}

/// A decimal number of at most 18 digits on either side, in billionths of a billionth.
fn decimal(text: &str) -> Option<i128> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction: i128 = format!("{fraction:0<18}").parse().ok()?;
    Some(sign * (whole.checked_mul(1_000_000_000_000_000_000)? + fraction))
}
