//! What a person means by a value typed on a command line.

use super::EditError;
use super::source::{has_duplicates, has_reference, json};
use crate::yaml::{Content, Data, Entry, Resolved, Value, parse, read, resolve};
use serde_json::Value as Json;

/// The type that a field has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Wanted {
    /// Text where text stood; else what the value looks like. A spelling that only YAML 1.1 takes
    /// for a boolean or a number (`n`, `012`) is text.
    #[default]
    Any,
    /// Text, whatever it looks like.
    Text,
    /// A number.
    Number,
    /// A boolean.
    Boolean,
}

/// The value that is meant by a text, given what stands at its place.
pub(super) fn value(
    text: &str,
    wanted: Wanted,
    old: Option<&Value<'_>>,
) -> Result<Json, EditError> {
    let is_text = wanted == Wanted::Text || old.is_some_and(|old| old.text().is_some());
    let problem = |problem: &str| EditError::Value { value: text.into(), problem: problem.into() };
    let read = one(text);
    match (wanted, read) {
        (Wanted::Number, Some(Typed::Plain(value @ Json::Number(_), Resolved::Number))) => {
            Ok(value)
        }
        (Wanted::Number, _) => Err(problem("no number")),
        (Wanted::Boolean, Some(Typed::Plain(value @ Json::Bool(_), _))) => Ok(value),
        (Wanted::Boolean, _) => Err(problem("no boolean")),
        (_, Some(Typed::Other(value @ Json::String(_)))) => Ok(value),
        (Wanted::Any, Some(Typed::Other(value))) => Ok(value),
        _ if is_text => Ok(Json::from(text)),
        // As typed, with blanks at its ends: as it would be where text stood.
        (_, Some(Typed::Plain(value, how))) if value.is_string() || is_mistyped(how) => {
            Ok(Json::from(text))
        }
        (_, Some(Typed::Plain(value, _))) => Ok(value),
        (_, _) => Err(problem("no YAML of one value without anchors, aliases and tags")),
    }
}

/// A text read as YAML.
enum Typed {
    /// A scalar without quotes, and what kops' reader takes it for.
    Plain(Json, Resolved),
    /// Anything else.
    Other(Json),
}

fn one(text: &str) -> Option<Typed> {
    if text.trim().is_empty() {
        return Some(Typed::Plain(Json::Null, Resolved::Null));
    }
    let yaml = parse(text.as_bytes());
    let [document] = yaml.documents.as_slice() else { return None };
    if yaml.error.is_some() || has_reference(&document.root) || has_comment(text) {
        return None;
    }
    let value = read(document)?;
    match document.root.plain() {
        Some(text) => Some(Typed::Plain(json(&value), resolve(text))),
        None if has_duplicates(&value) => None,
        None => Some(Typed::Other(meant(&value))),
    }
}

/// A value as a person means it: what only YAML 1.1 takes for a boolean or a number is text.
fn meant(value: &Value<'_>) -> Json {
    match &value.data {
        Data::List(items) => items.iter().map(meant).collect(),
        Data::Map(entries) => {
            let pair = |entry: &Entry<'_>| (key(entry), meant(&entry.value));
            Json::Object(entries.iter().map(pair).collect())
        }
        _ => match value.node.plain() {
            Some(text) if is_mistyped(resolve(text)) => Json::from(text),
            _ => json(value),
        },
    }
}

/// A key as typed, also where kops' reader takes it for a boolean.
fn key(entry: &Entry<'_>) -> String {
    match &entry.key.content {
        Content::Scalar { text, .. } => text.clone(),
        _ => entry.name.into(),
    }
}

fn is_mistyped(how: Resolved) -> bool {
    matches!(how, Resolved::HiddenBoolean(_) | Resolved::OddNumber(_))
}

/// Whether part of a text would be taken for a comment.
fn has_comment(text: &str) -> bool {
    text.starts_with('#') || text.contains(" #")
}
