//! New values as text, so that kops reads them as meant.

use crate::yaml::{Resolved, resolve};
use serde_json::Value as Json;

/// How a file lays out its collections.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Indent {
    /// The blanks before what stands below a key.
    pub map: usize,
    /// The blanks before the dashes below a key: 0 as kops writes, usually 2 elsewhere.
    pub list: usize,
}

/// A value that fits behind its key, on one line.
pub(super) fn inline(value: &Json, quote: Option<u8>) -> String {
    match value {
        Json::String(text) => scalar(text, quote, false),
        _ => flow(value, None),
    }
}

/// Whether a value stands behind its key rather than below it.
pub(super) fn is_inline(value: &Json) -> bool {
    match value {
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        _ => true,
    }
}

/// A value within a flow collection, its texts in quotes where those around them are.
pub(super) fn flow(value: &Json, quote: Option<u8>) -> String {
    match value {
        Json::String(text) => scalar(text, quote, true),
        Json::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(|item| flow(item, quote)).collect::<Vec<_>>().join(", ")
            )
        }
        Json::Object(fields) => {
            let pair = |(name, value): (&String, &Json)| flow_pair(name, value, quote);
            format!("{{{}}}", fields.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
        _ => value.to_string(),
    }
}

/// A key with its value within a flow collection.
pub(super) fn flow_pair(name: &str, value: &Json, quote: Option<u8>) -> String {
    format!("{}: {}", scalar(name, quote, true), flow(value, quote))
}

/// The lines of a collection that is not empty, from its own column on.
pub(super) fn block(value: &Json, indent: Indent) -> Vec<String> {
    match value {
        Json::Array(items) => items.iter().flat_map(|item| block_item(item, indent)).collect(),
        Json::Object(fields) => {
            fields.iter().flat_map(|(name, value)| block_pair(name, value, indent)).collect()
        }
        _ => vec![inline(value, None)],
    }
}

/// The lines of a key with its value.
pub(super) fn block_pair(name: &str, value: &Json, indent: Indent) -> Vec<String> {
    let name = scalar(name, None, false);
    if is_inline(value) {
        return vec![format!("{name}: {}", inline(value, None))];
    }
    let blanks = " ".repeat(if value.is_array() { indent.list } else { indent.map });
    let below = block(value, indent).into_iter().map(|line| format!("{blanks}{line}"));
    std::iter::once(format!("{name}:")).chain(below).collect()
}

/// The lines of an item.
pub(super) fn block_item(value: &Json, indent: Indent) -> Vec<String> {
    let lines = if is_inline(value) { vec![inline(value, None)] } else { block(value, indent) };
    let dashed = |(place, line)| format!("{}{line}", if place == 0 { "- " } else { "  " });
    lines.into_iter().enumerate().map(dashed).collect()
}

/// A text, in the quotes that are given where they can hold it, and in quotes where it needs them.
pub(super) fn scalar(text: &str, quote: Option<u8>, is_flow: bool) -> String {
    match quote {
        Some(b'\'') if !text.chars().any(needs_escape) => format!("'{}'", text.replace('\'', "''")),
        None if is_plain(text, is_flow) => text.to_owned(),
        _ => format!("\"{}\"", text.chars().map(escaped).collect::<String>()),
    }
}

fn needs_escape(c: char) -> bool {
    c.is_control() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

fn escaped(c: char) -> String {
    match c {
        '"' | '\\' => format!("\\{c}"),
        '\n' => "\\n".into(),
        '\t' => "\\t".into(),
        c if needs_escape(c) => format!("\\u{:04X}", u32::from(c)),
        c => c.into(),
    }
}

/// Whether every reader takes a text without quotes for that text.
fn is_plain(text: &str, is_flow: bool) -> bool {
    let opens_well = |c: char| !c.is_whitespace() && !"-?:,[]{}#&*!|>'\"%@`=<".contains(c);
    let is_special = |c: char| needs_escape(c) || (is_flow && ",[]{}".contains(c));
    let pairs: &[&str] = if is_flow { &["::"] } else { &[] };
    let is_odd = text.chars().any(is_special)
        || text.ends_with(char::is_whitespace)
        || text.ends_with(':')
        || [": ", " #", ":\t", "\t#"].iter().chain(pairs).any(|pair| text.contains(pair))
        || looks_like_a_date(text);
    text.starts_with(opens_well) && !is_odd && resolve(text) == Resolved::Text
}

/// kops writes a time in quotes, because other readers of YAML 1.1 take it for one.
fn looks_like_a_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 4 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-'
}
