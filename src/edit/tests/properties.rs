//! What holds for every file and every edit.

use super::generate::{Look, Note, Shape, look, object, paths, write};
use super::merging::merged;
use crate::edit::entry::Entry;
use crate::edit::locate::locate;
use crate::edit::path::Segment;
use crate::edit::source::Source;
use crate::edit::{FieldPath, Select, apply, differences, set, unset};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use serde_json::Value as Json;
use std::ops::Range;
use std::time::{Duration, Instant};

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

const VALUES: &[&str] = &["new", "7", "true", "n", "012", "[a, b]", "{k: v, l: [1]}"];

/// Checks so many generated values; with `GIT_STORE_FUZZ_SECONDS`, as many as that time allows.
pub(super) fn for_all<S: Strategy>(
    cases: u32,
    strategy: &S,
    check: impl Fn(S::Value) -> Result<(), String>,
) {
    let seconds = std::env::var_os("GIT_STORE_FUZZ_SECONDS").and_then(|s| s.to_str()?.parse().ok());
    let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(0));
    loop {
        let config = ProptestConfig {
            cases,
            failure_persistence: None,
            max_shrink_iters: 500,
            ..ProptestConfig::default()
        };
        let done = TestRunner::new(config)
            .run(strategy, |value| check(value).map_err(TestCaseError::fail));
        if let Err(error) = done {
            panic!("{error}");
        }
        if Instant::now() >= end {
            break;
        }
    }
}

/// A generated file whose last line is closed (else a block text there would become longer).
fn closed(object: &[(String, Shape, Note)], look: Look) -> Vec<u8> {
    write(object, Look { open_end: false, ..look })
}

fn shown(result: Result<(), String>, content: &[u8]) -> Result<(), String> {
    result.map_err(|error| format!("{error}\n{}", String::from_utf8_lossy(content)))
}

#[test]
fn every_field_can_be_set() {
    let strategy = (object(), look(), any::<Index>(), 0..VALUES.len());
    for_all(200, &strategy, |(object, look, pick, value)| {
        let content = closed(&object, look);
        let all = paths(&read(&content));
        shown(set_holds(&content, &all[pick.index(all.len())], VALUES[value]), &content)
    });
}

#[test]
fn every_field_can_be_removed() {
    let strategy = (object(), look(), any::<Index>());
    for_all(200, &strategy, |(object, look, pick)| {
        let content = closed(&object, look);
        let all = paths(&read(&content));
        shown(unset_holds(&content, &all[pick.index(all.len())]), &content)
    });
}

/// Text that is YAML here and there.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        "[-:?\\[\\]{}&*!|>'\"%@`#, \n\t\ra-c0-1\u{85}\u{feff}]{0,12}",
        "(  ){0,3}(- )?[abc]: ?[|>'\"\\[{#a1]?.{0,3}\r?\n",
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat().into_bytes())
}

#[test]
fn hostile_text_never_panics() {
    let strategy = (hostile(), hostile(), hostile(), "([abc](\\[[0-1ab+]\\])?\\.){0,2}[abc]");
    for_all(1000, &strategy, |(base, ours, theirs, path)| {
        let path: FieldPath = path.parse().map_err(|error| format!("{error}"))?;
        if let Ok(edited) = set(&base, &path, "new") {
            read(&edited);
        }
        if let Ok(edited) = unset(&base, &path) {
            read(&edited);
        }
        let _ = (apply(&base, &ours), differences(&base, &ours));
        let done = merged(Some(&base), &ours, &theirs);
        let is_merged = done.conflicts.is_empty() && done.fallback.is_none();
        let sides = [&base, &ours, &theirs];
        if is_merged && !sides.contains(&&done.content) {
            read(&done.content);
        }
        Ok(())
    });
}
