//! Objects as CEL sees them.

use crate::yaml::{Data, Value};
use cel::objects::{Key, Map};
use std::sync::Arc;

/// A value with kops' types: whole numbers, text, booleans, lists, and maps with text as keys.
pub(super) fn value(found: &Value<'_>) -> cel::Value {
    match &found.data {
        Data::Null => cel::Value::Null,
        Data::Boolean(is_true) => cel::Value::Bool(*is_true),
        Data::Integer(number) => cel::Value::Int(*number),
        Data::Float(number) => cel::Value::Float(*number),
        Data::Text(text) => cel::Value::String(Arc::new((*text).to_owned())),
        Data::List(items) => cel::Value::List(Arc::new(items.iter().map(value).collect())),
        Data::Map(entries) => {
            let entry = |entry: &crate::yaml::Entry<'_>| {
                (Key::String(Arc::new(entry.name.to_owned())), value(&entry.value))
            };
            cel::Value::Map(Map { map: Arc::new(entries.iter().map(entry).collect()) })
        }
    }
}

/// How much a value holds, in steps: one for each value in it, and one for eight bytes of text.
pub(super) fn steps(value: &cel::Value) -> u64 {
    let text = |length: usize| 1 + length as u64 / 8;
    match value {
        cel::Value::String(content) => text(content.len()),
        cel::Value::Bytes(content) => text(content.len()),
        cel::Value::List(items) => 1 + items.iter().map(steps).sum::<u64>(),
        cel::Value::Map(map) => {
            1 + map.map.iter().map(|(key, value)| key_steps(key) + steps(value)).sum::<u64>()
        }
        _ => 1,
    }
}

fn key_steps(key: &Key) -> u64 {
    match key {
        Key::String(content) => 1 + content.len() as u64 / 8,
        _ => 1,
    }
}
