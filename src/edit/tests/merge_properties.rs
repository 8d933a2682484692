//! What holds for every merge.

use super::generate::{look, object, paths, write};
use super::merging::{labels, merged};
use super::properties::{for_all, read};
use super::real::documents;
use crate::edit::identity::{Kind, kind_of, name_of};
use crate::edit::{Merged, set, unset};
use proptest::prelude::*;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A small edit of one side.
#[derive(Clone, Debug)]
pub(super) enum Edit {
    Set(prop::sample::Index, usize),
    Unset(prop::sample::Index),
    Add(prop::sample::Index, usize),
    Comment(prop::sample::Index, u8),
    Above(prop::sample::Index, u8),
}

const VALUES: &[&str] = &["new", "7", "true", "[a, b]", "{k: v, l: [1]}", "other"];

pub(super) fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let place = any::<prop::sample::Index>;
    let edit = prop_oneof![
        3 => (place(), 0..VALUES.len()).prop_map(|(place, value)| Edit::Set(place, value)),
        2 => place().prop_map(Edit::Unset),
        2 => (place(), 0..VALUES.len()).prop_map(|(place, value)| Edit::Add(place, value)),
        1 => (place(), 0..9u8).prop_map(|(place, text)| Edit::Comment(place, text)),
        1 => (place(), 0..9u8).prop_map(|(place, text)| Edit::Above(place, text)),
    ];
    proptest::collection::vec(edit, 1..4)
}

/// A file with edits; those that are refused are left out.
pub(super) fn edited(content: &[u8], edits: &[Edit], side: &str) -> Vec<u8> {
    let mut content = content.to_vec();
    for edit in edits {
        let value = read(&content);
        let all = paths(&value);
        let pick = |place: &prop::sample::Index| all.get(place.index(all.len().max(1)));
        let next = match edit {
            Edit::Set(place, value) => pick(place).map(|path| set(&content, path, VALUES[*value])),
            Edit::Unset(place) => pick(place).map(|path| unset(&content, path)),
            Edit::Add(place, value) => pick(place).map(|path| {
                let new = format!("{path}[+]").parse().expect("a path");
                let key = path.key(["new", "added", "zz", "a0"][*value % 4]);
                set(&content, &new, VALUES[*value]).or_else(|_| set(&content, &key, VALUES[*value]))
            }),
            Edit::Comment(place, text) => Some(Ok(commented(&content, place, side, *text, false))),
            Edit::Above(place, text) => Some(Ok(commented(&content, place, side, *text, true))),
        };
        match next {
            Some(Ok(next)) if !read(&next).is_null() => content = next,
            _ => {}
        }
    }
    content
}

/// A file with a new comment, if it reads the same.
fn commented(
    content: &[u8],
    place: &prop::sample::Index,
    side: &str,
    text: u8,
    is_above: bool,
) -> Vec<u8> {
    let old = String::from_utf8(content.to_vec()).expect("text");
    let mut lines: Vec<String> = old.split_inclusive('\n').map(str::to_owned).collect();
    let index = place.index(lines.len().max(1));
    let Some(line) = lines.get_mut(index) else { return content.to_vec() };
    let end = line.trim_end_matches(['\r', '\n']).len();
    let blank = line.len() - line.trim_start_matches(' ').len();
    let line_break = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
    match is_above {
        true => *line = format!("{}# {side} {text}{line_break}{line}", " ".repeat(blank.min(end))),
        false => line.insert_str(end, &format!("  # {side} {text}")),
    }
    let new = lines.concat().into_bytes();
    let is_same = crate::edit::source::Source::new(&new).is_ok() && read(&new) == read(content);
    if is_same { new } else { content.to_vec() }
}

/// The leaves of a value by path; what a list has in no order is a leaf of its own.
fn leaves(key: &str, path: &str, value: &Json, all: &mut BTreeMap<String, String>) {
    match value {
        Json::Object(fields) => {
            all.insert(format!("{path}.{{}}"), "map".into());
            fields
                .iter()
                .for_each(|(name, value)| leaves(name, &format!("{path}.{name}"), value, all));
        }
        Json::Array(items)
            if kind_of(key, items) != Kind::Whole && items.iter().all(Json::is_object) =>
        {
            all.insert(format!("{path}[]"), "list".into());
            for item in items {
                let name = name_of(key, item).unwrap_or_default();
                leaves(key, &format!("{path}[{name}]"), item, all);
            }
        }
        Json::Array(items) if kind_of(key, items) == Kind::Set => {
            all.insert(format!("{path}[]"), "list".into());
            items.iter().for_each(|item| {
                all.insert(format!("{path}[{item}]"), "item".into());
            });
        }
        _ => {
            all.insert(path.into(), value.to_string());
        }
    }
}

fn all_leaves(content: &[u8]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    leaves("", "", &read(content), &mut all);
    all
}

/// A clean merge has, field by field, what the side that changed the field has.
fn loses_nothing(base: &[u8], ours: &[u8], theirs: &[u8], result: &[u8]) -> Result<(), String> {
    let [base, ours, theirs, result] = [base, ours, theirs, result].map(all_leaves);
    for path in base.keys().chain(ours.keys()).chain(theirs.keys()).chain(result.keys()) {
        let [b, o, t, r] = [&base, &ours, &theirs, &result].map(|leaves| leaves.get(path));
        let wanted = if b == o { t } else { o };
        if (b == o || b == t || o == t) && r != wanted {
            return Err(format!("{path} is {r:?}, not {wanted:?}"));
        }
        if b != o && b != t && o != t {
            return Err(format!("{path} is a conflict"));
        }
    }
    Ok(())
}

fn has_own_comments(side: &str, text: &[u8], result: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(text);
    let result = String::from_utf8_lossy(result);
    let comments =
        text.lines().filter_map(|line| line.find(&format!("# {side} ")).map(|at| &line[at..]));
    for comment in comments {
        if !result.contains(comment.trim_end()) {
            return Err(format!("{comment:?} is lost"));
        }
    }
    Ok(())
}

/// Everything that holds for a merge of three files. Says whether it is clean, a conflict of
/// fields, or a fallback.
pub(super) fn merge_holds(base: &[u8], ours: &[u8], theirs: &[u8]) -> Result<&'static str, String> {
    let done = merged(Some(base), ours, theirs);
    let other = merged(Some(base), theirs, ours);
    let kind = |merged: &Merged| match (&merged.fallback, merged.conflicts.is_empty()) {
        (Some(_), _) => "fallback",
        (None, true) => "clean",
        (None, false) => "conflict",
    };
    if merged(Some(base), ours, base).content != ours
        || merged(Some(base), base, theirs).content != theirs
    {
        return Err("a side that changed nothing has changed something".into());
    }
    if done.conflicts.is_empty() {
        loses_nothing(base, ours, theirs, &done.content)?;
        has_own_comments("ours", ours, &done.content)?;
        has_own_comments("theirs", theirs, &done.content)?;
        if kind(&other) == "clean" && all_leaves(&other.content) != all_leaves(&done.content) {
            return Err("the sides are not alike".into());
        }
    }
    let has_comments = [ours, theirs].iter().any(|side| {
        ["# ours ", "# theirs "].iter().any(|own| String::from_utf8_lossy(side).contains(own))
    });
    if kind(&done) != kind(&other) && !has_comments {
        return Err(format!("{} one way, {} the other", kind(&done), kind(&other)));
    }
    let text = String::from_utf8_lossy(&done.content).into_owned();
    let count = text
        .trim_start_matches('\u{feff}')
        .lines()
        .filter(|line| *line == format!("<<<<<<< {}", labels().ours))
        .count();
    if count != done.conflicts.len() {
        return Err(format!("{count} markers, {:?}", done.conflicts));
    }
    Ok(kind(&done))
}

/// The same, with the files where it does not hold.
fn check(base: &[u8], ours: &[Edit], theirs: &[Edit]) -> Result<(), String> {
    let (ours, theirs) = (edited(base, ours, "ours"), edited(base, theirs, "theirs"));
    merge_holds(base, &ours, &theirs).map(drop).map_err(|error| {
        let result = merged(Some(base), &ours, &theirs).content;
        let files = [base, &ours, &theirs, &result];
        let texts = files.map(|file| String::from_utf8_lossy(file).into_owned());
        format!("{error}\n{}", texts.join("\n=====\n"))
    })
}

#[test]
fn merges_of_generated_files_hold() {
    let strategy = (object(), look(), edits(), edits());
    for_all(200, &strategy, |(object, look, ours, theirs)| {
        check(&write(&object, look), &ours, &theirs)
    });
}

#[test]
fn merges_of_real_files_hold() {
    let documents = documents();
    if !documents.is_empty() {
        let strategy = (0..documents.len(), edits(), edits());
        for_all(300, &strategy, |(place, ours, theirs)| check(&documents[place], &ours, &theirs));
    }
}
