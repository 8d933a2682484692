//! Types of fields, and what kops' decoder refuses as one of them.

use crate::check::duration::nanoseconds;
use crate::yaml::{Data, Value};

/// What a field holds, by its name in `kops.txt`: `text`, `[text]` for a list, `{text}` for a map
/// with any keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Type(pub(super) &'static str);

impl Type {
    /// Any text.
    pub const TEXT: Self = Self("text");

    /// The type of that name.
    pub(super) const fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// The type of the items of a list.
    pub fn items(self) -> Option<Self> {
        self.0.strip_prefix('[')?.strip_suffix(']').map(Self)
    }

    /// The type of the values of a map with any keys.
    pub fn values(self) -> Option<Self> {
        self.0.strip_prefix('{')?.strip_suffix('}').map(Self)
    }

    /// Whether it is an object with keys of its own.
    pub fn is_object(self) -> bool {
        self.0 == "object"
    }

    /// Whether kops takes any text for it, and nothing else.
    pub fn is_text(self) -> bool {
        self.0 == "text"
    }

    /// Whether it is a time such as `30s`.
    pub fn is_duration(self) -> bool {
        self.0 == "duration"
    }

    /// Whether kops takes only `true` and `false` for it.
    pub fn is_boolean(self) -> bool {
        self.0 == "boolean"
    }

    /// Whether kops takes a number for it.
    pub fn is_number(self) -> bool {
        self.limits().is_some() || self.0 == "quantity"
    }

    /// In words.
    pub fn name(self) -> &'static str {
        match self.0 {
            "boolean" => "true or false",
            "quantity" => "a quantity such as 500m or 1Gi",
            "int-or-string" => "a whole number or a percentage",
            "duration" => "a time such as 30s or 1h30m",
            "time" => "a date and time such as \"2026-01-31T12:00:00Z\"",
            "base64" => "text in base64",
            "object" => "keys with values",
            own if own.starts_with('[') => "a list",
            own if own.starts_with('{') => "keys with values",
            own if Self(own).is_number() => "a whole number",
            _ => "text",
        }
    }

    /// The least and the largest whole number.
    fn limits(self) -> Option<(i64, i64)> {
        match self.0 {
            "int32" | "int-or-string" => Some((i32::MIN.into(), i32::MAX.into())),
            "int16" => Some((i16::MIN.into(), i16::MAX.into())),
            "uint32" => Some((0, u32::MAX.into())),
            "int64" => Some((i64::MIN, i64::MAX)),
            _ => None,
        }
    }

    /// Whether kops' decoder takes a value; null passes for everything.
    pub fn takes(self, value: &Value<'_>) -> bool {
        match (&value.data, self.0) {
            (Data::Null, _) | (_, "any") => true,
            (Data::Text(text), own) => takes_text(own, text),
            (Data::Boolean(_), own) => own == "boolean",
            (Data::Integer(_) | Data::Float(_), "quantity") => true,
            (Data::Integer(value), _) => {
                self.limits().is_some_and(|(least, most)| (least..=most).contains(value))
            }
            (Data::Float(_), _) => false,
            (Data::List(_), _) => self.items().is_some(),
            (Data::Map(_), own) => own == "object" || self.values().is_some(),
        }
    }

    /// The range of whole numbers, where a number lies outside it.
    pub fn exceeded(self, value: &Value<'_>) -> Option<(i64, i64)> {
        let limits = self.limits()?;
        matches!(value.data, Data::Integer(_) if !self.takes(value)).then_some(limits)
    }
}

fn takes_text(own: &str, text: &str) -> bool {
    match own {
        "text" | "int-or-string" => true,
        "quantity" => is_quantity(text),
        "duration" => nanoseconds(text).is_some(),
        "time" => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        "base64" => is_base64(text),
        _ => false,
    }
}

/// Suffixes of quantities, beside exponents.
const SUFFIXES: &[&str] =
    &["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// A number with a suffix or exponent, as Kubernetes writes amounts.
fn is_quantity(text: &str) -> bool {
    let text = text.trim();
    let number = text.strip_prefix(['+', '-']).unwrap_or(text);
    let length = number.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let (number, suffix) = number.split_at(length);
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 || number.len() - digits > 1 {
        return false;
    }
    let exponent = suffix.strip_prefix(['e', 'E']).filter(|rest| !rest.is_empty());
    SUFFIXES.contains(&suffix) || exponent.is_some_and(|rest| rest.parse::<i32>().is_ok())
}

/// Base64 with padding; line breaks are read over.
fn is_base64(text: &str) -> bool {
    let text: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    text.len().is_multiple_of(4)
        && padding <= 2
        && text.iter().take(text.len() - padding).all(is_digit)
}
