//! The three-way merge of values: what becomes of each field.

use crate::edit::identity::{Kind, kind_of, name_of};
use serde_json::{Map, Value as Json};

/// What becomes of a field.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Outcome {
    /// It stays as it is on our side, there or not.
    Ours,
    /// It becomes what it is on their side, there or not.
    Theirs,
    /// Both sides changed it, each in its own way.
    Conflict,
    /// A map, or a list of objects: each part by its name.
    Parts(Vec<(String, Outcome)>),
    /// A value that neither side has, and that cannot be put together from their bytes.
    Rewrite(Json),
}

impl Outcome {
    /// Whether there is a conflict in it.
    pub fn has_conflict(&self) -> bool {
        match self {
            Self::Conflict => true,
            Self::Parts(parts) => parts.iter().any(|(_, part)| part.has_conflict()),
            Self::Ours | Self::Theirs | Self::Rewrite(_) => false,
        }
    }

    /// Whether everything stays as it is on our side.
    pub fn is_quiet(&self) -> bool {
        match self {
            Self::Ours => true,
            Self::Parts(parts) => parts.iter().all(|(_, part)| part.is_quiet()),
            Self::Theirs | Self::Conflict | Self::Rewrite(_) => false,
        }
    }
}

/// A field in the three files.
#[derive(Clone, Copy)]
pub(super) struct Trio<'a> {
    pub base: Option<&'a Json>,
    pub ours: Option<&'a Json>,
    pub theirs: Option<&'a Json>,
}

impl<'a> Trio<'a> {
    /// A part by its name.
    fn part(self, key: &str, name: &str) -> Self {
        let part = |value: &'a Json| part_of(key, value, name);
        Self {
            base: self.base.and_then(part),
            ours: self.ours.and_then(part),
            theirs: self.theirs.and_then(part),
        }
    }
}

/// Decides on a field, whose key is `key` (for an item: that of its list).
pub(super) fn decide(key: &str, trio: Trio<'_>) -> Outcome {
    let Trio { base, ours, theirs } = trio;
    if let Some(names) = shared_names(key, trio) {
        let part = |name: String| {
            let is_map = ours.is_some_and(Json::is_object);
            let outcome = decide(if is_map { &name } else { key }, trio.part(key, &name));
            (name, outcome)
        };
        return Outcome::Parts(names.into_iter().map(part).collect());
    }
    let is_same = |one: Option<&Json>, other: Option<&Json>| match (one, other) {
        (Some(one), Some(other)) => normal(key, one) == normal(key, other),
        (one, other) => one.is_none() && other.is_none(),
    };
    if is_same(ours, theirs) || is_same(base, theirs) {
        Outcome::Ours
    } else if is_same(base, ours) {
        Outcome::Theirs
    } else {
        Outcome::Conflict
    }
}

/// The names of the parts on either side, where both sides have parts of one kind.
fn shared_names(key: &str, trio: Trio<'_>) -> Option<Vec<String>> {
    let (ours, theirs) = (trio.ours?, trio.theirs?);
    let is_map = ours.is_object() && theirs.is_object();
    if !is_map && !are_alike(key, trio) {
        return None;
    }
    let mut names = part_names(key, ours);
    for name in part_names(key, theirs) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Some(names.into_iter().map(str::to_owned).collect())
}

/// Whether lists can be merged item by item.
fn are_alike(key: &str, trio: Trio<'_>) -> bool {
    let (Some(Json::Array(ours)), Some(Json::Array(theirs))) = (trio.ours, trio.theirs) else {
        return false;
    };
    let base = match trio.base {
        Some(Json::Array(base)) => base.as_slice(),
        _ => &[],
    };
    let lists = [base, ours, theirs];
    let mut kinds = lists.iter().filter(|list| !list.is_empty()).map(|list| kind_of(key, list));
    let Some(kind) = kinds.next() else { return false };
    let is_one_kind = kind != Kind::Whole && kinds.all(|other| other == kind);
    let pairs = [(base, ours.as_slice()), (base, theirs), (ours, theirs)];
    is_one_kind && (kind == Kind::Set || pairs.iter().all(|(a, b)| is_same_order(key, a, b)))
}

/// Whether what two lists have in common is in one order.
fn is_same_order(key: &str, one: &[Json], other: &[Json]) -> bool {
    let names = |list: &[Json], among: &[Json]| -> Vec<String> {
        let is_among = |name: &&str| among.iter().any(|item| name_of(key, item) == Some(name));
        list.iter()
            .filter_map(|item| name_of(key, item))
            .filter(is_among)
            .map(str::to_owned)
            .collect()
    };
    names(one, other) == names(other, one)
}

fn part_names<'a>(key: &str, value: &'a Json) -> Vec<&'a str> {
    match value {
        Json::Object(fields) => fields.keys().map(String::as_str).collect(),
        Json::Array(items) => items.iter().filter_map(|item| name_of(key, item)).collect(),
        _ => Vec::new(),
    }
}

/// The part of a name in a value, whatever the value is.
fn part_of<'a>(key: &str, value: &'a Json, name: &str) -> Option<&'a Json> {
    match value {
        Json::Object(fields) => fields.get(name),
        Json::Array(items) => items.iter().find(|item| name_of(key, item) == Some(name)),
        _ => None,
    }
}

/// Which side stands where both changed a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pick {
    Ours,
    Theirs,
}

/// The merged value of a field; nothing where it is not there.
pub(super) fn merged(key: &str, outcome: &Outcome, trio: Trio<'_>, pick: Pick) -> Option<Json> {
    let parts = match (outcome, pick) {
        (Outcome::Ours, _) | (Outcome::Conflict, Pick::Ours) => return trio.ours.cloned(),
        (Outcome::Theirs, _) | (Outcome::Conflict, Pick::Theirs) => return trio.theirs.cloned(),
        (Outcome::Rewrite(value), _) => return Some(value.clone()),
        (Outcome::Parts(parts), _) => parts,
    };
    let is_map = trio.ours.is_some_and(Json::is_object);
    let values = parts.iter().filter_map(|(name, outcome)| {
        let below = if is_map { name } else { key };
        Some((name.clone(), merged(below, outcome, trio.part(key, name), pick)?))
    });
    Some(match is_map {
        true => Json::Object(values.collect::<Map<_, _>>()),
        false => Json::Array(values.map(|(_, value)| value).collect()),
    })
}

/// A value without the order of lists that have none.
pub(super) fn normal(key: &str, value: &Json) -> Json {
    match value {
        Json::Object(fields) => Json::Object(
            fields.iter().map(|(name, value)| (name.clone(), normal(name, value))).collect(),
        ),
        Json::Array(items) => {
            let kind = kind_of(key, items);
            let mut items: Vec<Json> = items.iter().map(|item| normal(key, item)).collect();
            if kind == Kind::Set {
                items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            }
            Json::Array(items)
        }
        _ => value.clone(),
    }
}

/// A value without the order of lists whose items are told apart by name: new items have no one
/// place among those of the other side.
pub(super) fn unordered(key: &str, value: &Json) -> Json {
    match value {
        Json::Object(fields) => Json::Object(
            fields.iter().map(|(name, value)| (name.clone(), unordered(name, value))).collect(),
        ),
        Json::Array(items) => {
            let kind = kind_of(key, items);
            let mut items: Vec<Json> = items.iter().map(|item| unordered(key, item)).collect();
            if kind != Kind::Whole {
                items.sort_by(|a, b| name_of(key, a).cmp(&name_of(key, b)));
            }
            Json::Array(items)
        }
        _ => value.clone(),
    }
}
