//! Edits on values: what a file must read as when its bytes have been edited.

use serde_json::{Map, Value as Json};

/// One step from a value to a part of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// The value of a key.
    Key(String),
    /// An item; the one after the last is a new one.
    Index(usize),
}

/// A value with another one at a place. What is missing on the way is made.
pub(super) fn with(value: Option<Json>, steps: &[Step], new: Json) -> Json {
    let Some((step, rest)) = steps.split_first() else { return new };
    match (step, value) {
        (Step::Index(index), Some(Json::Array(mut items))) => {
            match items.get_mut(*index) {
                Some(item) => *item = with(Some(item.take()), rest, new),
                None => items.push(with(None, rest, new)),
            }
            Json::Array(items)
        }
        (Step::Index(_), _) => Json::Array(vec![with(None, rest, new)]),
        (Step::Key(name), value) => {
            let mut fields = match value {
                Some(Json::Object(fields)) => fields,
                _ => Map::new(),
            };
            let old = fields.get_mut(name).map(Json::take);
            fields.insert(name.clone(), with(old, rest, new));
            Json::Object(fields)
        }
    }
}

/// Removes what stands at a place.
pub(super) fn without(value: &mut Json, steps: &[Step]) {
    match (steps, value) {
        ([Step::Key(name)], Json::Object(fields)) => {
            fields.shift_remove(name);
        }
        ([Step::Index(index)], Json::Array(items)) if *index < items.len() => {
            items.remove(*index);
        }
        ([Step::Key(name), rest @ ..], Json::Object(fields)) => {
            if let Some(value) = fields.get_mut(name) {
                without(value, rest);
            }
        }
        ([Step::Index(index), rest @ ..], Json::Array(items)) => {
            if let Some(item) = items.get_mut(*index) {
                without(item, rest);
            }
        }
        _ => {}
    }
}
