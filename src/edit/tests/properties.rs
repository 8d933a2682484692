//! What holds for every file and every edit.

use super::generate::{Look, look, object, paths, write};
use crate::edit::entry::Entry;
use crate::edit::locate::locate;
use crate::edit::path::Segment;
use crate::edit::source::Source;
use crate::edit::{FieldPath, Select, set, unset};
use proptest::prelude::*;
use serde_json::Value as Json;
use std::ops::Range;

pub(super) fn read(content: &[u8]) -> Json {
    let source = Source::new(content).expect("a file that parses");
    source.values().expect("a file that can be read").into_iter().next().unwrap_or_default()
}

pub(super) fn at(value: &Json, path: &FieldPath) -> Option<Json> {
    let pointer = path.segments().iter().map(|segment| match segment {
        Segment::Index(index) => format!("/{index}"),
        Segment::Key(name) | Segment::Quoted(name) => {
            format!("/{}", name.replace('~', "~0").replace('/', "~1"))
        }
        _ => String::new(),
    });
    value.pointer(&pointer.collect::<String>()).cloned()
}

/// Whether two files differ only within a range of the old one.
fn differs_within(old: &[u8], new: &[u8], range: &Range<usize>) -> bool {
    new.starts_with(&old[..range.start]) && new.ends_with(&old[range.end..])
}

/// The lines of an entry with its comments; of the block around it for a part of a flow.
fn own(content: &[u8], path: &FieldPath, is_parent: bool) -> Range<usize> {
    let source = Source::new(content).expect("a file that parses");
    let (_, root) = source.select(&Select::default()).expect("a document");
    let place = locate(source.lines, &root, path).expect("a place");
    let levels = place.levels.iter().zip(&place.indexes);
    let entries: Vec<Entry> =
        levels.filter_map(|(level, index)| level.parts.entries.get(*index).copied()).collect();
    let skipped = usize::from(is_parent && entries.len() == place.indexes.len());
    let entry = entries.len().checked_sub(1 + skipped).and_then(|index| entries.get(index));
    entry.map_or(0..content.len(), |entry| entry.lead..entry.end)
}

fn file() -> impl Strategy<Value = (Vec<u8>, Look)> {
    (object(), look()).prop_map(|(object, look)| (write(&object, look), look))
}

/// A set field reads as set, and lines other than its own stay.
pub(super) fn set_holds(content: &[u8], path: &FieldPath, value: &str) -> Result<(), String> {
    let old = read(content);
    let edited = set(content, path, value).map_err(|error| format!("{path}: {error}"))?;
    let new = read(&edited);
    let wanted = match at(&old, path) {
        Some(Json::String(_)) if !value.starts_with(['[', '{']) => Json::from(value),
        _ if matches!(value, "n" | "012") => Json::from(value),
        _ => read(format!("v: {value}\n").as_bytes())["v"].clone(),
    };
    if at(&new, path) != Some(wanted) {
        return Err(format!("{path} reads as {:?}", at(&new, path)));
    }
    if !differs_within(content, &edited, &own(content, path, false)) {
        return Err(format!("{path}: other lines have changed"));
    }
    let again = set(&edited, path, value).map_err(|error| error.to_string())?;
    if again == edited { Ok(()) } else { Err(format!("{path}: set twice is not set once")) }
}

/// A removed field is not there, and nothing is added but what marks an empty parent.
pub(super) fn unset_holds(content: &[u8], path: &FieldPath) -> Result<(), String> {
    let edited = unset(content, path).map_err(|error| format!("{path}: {error}"))?;
    let (old, new) = (read(content), read(&edited));
    let is_item = matches!(path.segments().last(), Some(Segment::Index(_)));
    if !is_item && at(&new, path).is_some() || old == new {
        return Err(format!("{path} is still there"));
    }
    match differs_within(content, &edited, &own(content, path, true)) {
        true => Ok(()),
        false => Err(format!("{path}: other lines have changed")),
    }
}

const VALUES: &[&str] = &["new", "7", "true", "n", "012", "[a, b]", "{k: v, l: [1]}", "a b: c"];

/// So many cases, and no file of failures.
pub(super) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        max_shrink_iters: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn every_field_can_be_set((content, look) in file(), pick in any::<prop::sample::Index>(), value in 0..6usize) {
        let all = paths(&read(&content));
        let path = &all[pick.index(all.len())];
        // A block text without a line end would become longer by one.
        prop_assume!(!look.open_end);
        if let Err(error) = set_holds(&content, path, VALUES[value]) {
            return Err(TestCaseError::fail(format!("{error}\n{}", String::from_utf8_lossy(&content))));
        }
    }

    #[test]
    fn every_field_can_be_removed((content, look) in file(), pick in any::<prop::sample::Index>()) {
        let all = paths(&read(&content));
        let path = &all[pick.index(all.len())];
        prop_assume!(!look.open_end);
        if let Err(error) = unset_holds(&content, path) {
            return Err(TestCaseError::fail(format!("{error}\n{}", String::from_utf8_lossy(&content))));
        }
    }
}
