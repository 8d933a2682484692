//! What kops' reader makes of a plain scalar: YAML 1.1 in the dialect of go-yaml 2.

/// The type that kops' reader gives to a plain scalar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resolved {
    /// Text, as written.
    Text,
    /// `true` and `false` in their usual spellings.
    Boolean(bool),
    /// A boolean that does not look like one: `y`, `no`, `On`.
    HiddenBoolean(bool),
    /// A number as anybody writes it: `12`, `-1.5`, `1e3`.
    Number,
    /// A number in a spelling that other readers take for something else, with its decimal value
    /// where it is a whole number: `012`, `0x1F`, `1_000`, `+1`, `.5`, `1.`, `08`.
    OddNumber(Option<i128>),
    /// Infinite or not a number: cannot be turned into JSON, so that kops refuses the file.
    NoNumber,
    /// Nothing.
    Null,
    /// The merge key `<<`.
    Merge,
}

/// Says what kops' reader makes of a plain scalar.
pub fn resolve(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Resolved::Null,
        "true" | "True" | "TRUE" => Resolved::Boolean(true),
        "false" | "False" | "FALSE" => Resolved::Boolean(false),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Resolved::HiddenBoolean(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Resolved::HiddenBoolean(false),
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF"
        | "-.inf" | "-.Inf" | "-.INF" => Resolved::NoNumber,
        "<<" => Resolved::Merge,
        _ => number(text),
    }
}

fn number(text: &str) -> Resolved {
    let starts = |c: u8| c.is_ascii_digit() || matches!(c, b'+' | b'-' | b'.');
    if !text.bytes().next().is_some_and(starts) {
        return Resolved::Text;
    }
    if is_usual_number(text) {
        return Resolved::Number;
    }
    let plain = text.replace('_', "");
    match integer(&plain) {
        Some(value) => Resolved::OddNumber(Some(value)),
        None if is_float(&plain) && !(text.starts_with('.') && text.contains('_')) => {
            Resolved::OddNumber(None)
        }
        None => Resolved::Text,
    }
}

/// A number as JSON spells it.
fn is_usual_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let whole = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = digits.split_at(whole);
    let has_octal_look = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || has_octal_look {
        return false;
    }
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => match fraction.trim_start_matches(|c: char| c.is_ascii_digit()) {
            after if after.len() < fraction.len() => after,
            _ => return false,
        },
        None => rest,
    };
    rest.is_empty() || is_exponent(rest)
}

fn is_exponent(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['e', 'E']) else { return false };
    let digits = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Go's `ParseInt` with base 0, which go-yaml uses: a leading `0` means octal.
fn integer(plain: &str) -> Option<i128> {
    let (sign, digits) = match plain.as_bytes().first()? {
        b'-' => (-1, &plain[1..]),
        b'+' => (1, &plain[1..]),
        _ => (1, plain),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, body) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        Some(_) if lower.starts_with('0') => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    let is_valid = !body.is_empty() && !body.starts_with(['+', '-']);
    is_valid.then(|| i128::from_str_radix(body, base).ok()).flatten().map(|value| sign * value)
}

/// go-yaml's own pattern of a float: `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn is_float(plain: &str) -> bool {
    let body = plain.strip_prefix(['+', '-']).unwrap_or(plain);
    let whole = body.bytes().take_while(u8::is_ascii_digit).count();
    let (fraction, rest) = match body[whole..].strip_prefix('.') {
        Some(after) => {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            (digits, &after[digits..])
        }
        None => (0, &body[whole..]),
    };
    (whole > 0 || fraction > 0) && (rest.is_empty() || is_exponent(rest))
}
