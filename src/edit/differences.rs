//! What differs between two versions of a file, for kops.

use super::identity::{Kind, kind_of, name_of};
use super::noise::without_noise;
use super::quantity::is_same_amount;
use super::source::{Source, json};
use super::{EditError, FieldPath, Select};
use serde_json::Value as Json;

/// A field that differs. Values are text as it is, and JSON otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The field.
    pub path: FieldPath,
    /// The value before; nothing if the field is new.
    pub old: Option<String>,
    /// The value after; nothing if the field is gone.
    pub new: Option<String>,
}

/// The differences between the first documents of two files.
pub(super) fn differences(old: &[u8], new: &[u8]) -> Result<Vec<Difference>, EditError> {
    let (old, new) = (value(old)?, value(new)?);
    let mut found = Vec::new();
    compare("", &FieldPath::default(), Some(&old), Some(&new), &mut found);
    Ok(found)
}

fn value(content: &[u8]) -> Result<Json, EditError> {
    let source = Source::new(content)?;
    let (_, value) = source.select(&Select::default())?;
    Ok(without_noise(json(&value)))
}

fn compare(
    key: &str,
    path: &FieldPath,
    old: Option<&Json>,
    new: Option<&Json>,
    found: &mut Vec<Difference>,
) {
    match (old, new) {
        (Some(Json::Object(_)), Some(Json::Object(_))) => {
            for name in names(key, old, new) {
                compare(
                    &name,
                    &path.key(&name),
                    part(key, old, &name),
                    part(key, new, &name),
                    found,
                );
            }
        }
        (Some(Json::Array(before)), Some(Json::Array(after))) if are_named(key, before, after) => {
            for name in names(key, old, new) {
                compare(
                    key,
                    &path.item(&name),
                    part(key, old, &name),
                    part(key, new, &name),
                    found,
                );
            }
        }
        (Some(before), Some(after)) if is_same(key, before, after) => {}
        (None, None) => {}
        _ => found.push(Difference { path: path.clone(), old: old.map(text), new: new.map(text) }),
    }
}

/// The names of the parts before and after, in the order of the files.
fn names(key: &str, old: Option<&Json>, new: Option<&Json>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for value in [old, new].into_iter().flatten() {
        let items = value.as_array().into_iter().flatten();
        let items = items.filter_map(|item| name_of(key, item)).map(str::to_owned);
        for name in value.as_object().into_iter().flat_map(|f| f.keys().cloned()).chain(items) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

fn part<'a>(key: &str, value: Option<&'a Json>, name: &str) -> Option<&'a Json> {
    match value? {
        Json::Object(fields) => fields.get(name).filter(|value| !value.is_null()),
        Json::Array(items) => items.iter().find(|item| name_of(key, item) == Some(name)),
        _ => None,
    }
}

/// Whether two lists are compared item by item.
fn are_named(key: &str, old: &[Json], new: &[Json]) -> bool {
    let kinds = [old, new].map(|list| kind_of(key, list));
    let is_whole = |(list, kind): (&[Json], &Kind)| !list.is_empty() && *kind == Kind::Whole;
    let is_one_kind = old.is_empty() || new.is_empty() || kinds[0] == kinds[1];
    is_one_kind && ![old, new].into_iter().zip(&kinds).any(is_whole)
}

fn is_same(key: &str, old: &Json, new: &Json) -> bool {
    match (old, new) {
        (Json::Array(old), Json::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(a, b)| is_same(key, a, b))
        }
        (Json::Object(old), Json::Object(new)) => {
            let is_in =
                |(name, a): (&String, &Json)| new.get(name).is_some_and(|b| is_same(name, a, b));
            old.len() == new.len() && old.iter().all(is_in)
        }
        _ => old == new || is_same_amount(key, &text(old), &text(new)),
    }
}

fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
