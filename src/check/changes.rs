//! What happens to the objects of a file.

use super::file::File;
use super::object::{Changed, Object};
use super::place::Role;
use super::problem::Problem;
use super::rules::{Check, Rule, rules};
use super::subject::Change;
use crate::yaml;
use std::collections::BTreeMap;

/// What rules about changes find in a file. Without a readable new content there are none:
/// others say what is wrong with it.
pub(super) fn problems(file: &File<'_>) -> Vec<(&'static Rule, Vec<Problem>)> {
    if file.subject.is_context || file.subject.change() == Change::Same || is_unreadable(file) {
        return Vec::new();
    }
    let before = file.subject.old.as_deref().map(yaml::parse).unwrap_or_default();
    let old = Object::before(file, &before);
    let new = Object::all(file, 0);
    if file.content().is_some() && new.is_empty() {
        return Vec::new();
    }
    let changes = changes(file, &old, &new);
    let found = rules().filter_map(|rule| match rule.check {
        Check::Change(run) => Some((rule, changes.iter().flat_map(run).collect())),
        _ => None,
    });
    found.collect()
}

fn is_unreadable(file: &File<'_>) -> bool {
    file.yaml().is_some_and(|yaml| yaml.error.is_some())
}

/// Each object before and after. A file of a store holds one; those of a manifest are known by
/// their kind, name and cluster.
fn changes<'a>(file: &File<'_>, old: &'a [Object<'a>], new: &'a [Object<'a>]) -> Vec<Changed<'a>> {
    let is_manifest = file.role() == Role::Manifest;
    let change = |old: Option<&'a Object<'a>>, new: Option<&'a Object<'a>>| Changed {
        old,
        new,
        loses_cluster: file.loses_cluster,
        is_manifest,
    };
    if !is_manifest {
        let is_object = !old.is_empty() || !new.is_empty();
        return is_object.then(|| change(old.first(), new.first())).into_iter().collect();
    }
    let after: BTreeMap<_, _> = new.iter().rev().map(|one| (identity(one), one)).collect();
    old.iter().map(|one| change(Some(one), after.get(&identity(one)).copied())).collect()
}

fn identity<'a>(object: &'a Object<'_>) -> (&'a str, Option<&'a str>, Option<&'a str>) {
    (object.kind_name(), object.name(), object.cluster_label())
}
