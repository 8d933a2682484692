//! Old state against new state.
//!
//! kops lets nearly every change of an existing cluster pass. These rules stop those that a
//! running cluster does not survive unharmed, until somebody says with a word that they are meant.

use super::{Check, Problem, Rule};
use crate::check::object::{Changed, Field, Kind, Object};
use std::collections::BTreeMap;

mod cidr;
mod cloud;
mod config_base;
mod dns;
mod etcd_clusters;
mod etcd_members;
mod kubernetes;
mod network_plugin;
mod removal;

#[cfg(test)]
mod tests;

/// The rules of this group, by name.
pub(super) static RULES: &[&Rule] = &[
    &cidr::RULE,
    &cloud::RULE,
    &config_base::RULE,
    &dns::RULE,
    &etcd_members::RULE,
    &network_plugin::RULE,
    &kubernetes::RULE,
    &removal::CLUSTER,
    &etcd_clusters::RULE,
    &removal::GROUP,
];

/// A cluster before and after; `None` if it comes or goes, or if it is something else.
fn cluster<'a>(changed: &Changed<'a>) -> Option<(&'a Object<'a>, &'a Object<'a>)> {
    let is_cluster = |object: &&Object<'_>| object.kind == Kind::Cluster;
    changed.old.filter(is_cluster).zip(changed.new.filter(is_cluster))
}

/// A problem, if the value at a path changes. A value that is not there stands for the default.
fn difference(
    old: &Object<'_>,
    new: &Object<'_>,
    path: &str,
    default: Option<&str>,
) -> Option<Problem> {
    let (before, after) = (old.field(path), new.field(path));
    let name = path.strip_prefix("spec.").unwrap_or(path);
    let message = compared(name, before, after, default)?;
    Some(match after {
        Some(field) => field.problem(message),
        None => new.missing(path, message),
    })
}

/// What changes, if two values differ.
fn compared(
    name: &str,
    old: Option<Field<'_>>,
    new: Option<Field<'_>>,
    default: Option<&str>,
) -> Option<String> {
    let value = |field: Option<Field<'_>>| match field {
        Some(field) => scalar(&field),
        None => default.map(str::to_owned),
    };
    match (value(old), value(new)) {
        (old, new) if old == new => None,
        (Some(old), Some(new)) => Some(format!("{name} changes from '{old}' to '{new}'")),
        (Some(old), None) => Some(format!("{name} goes away; it was '{old}'")),
        (None, new) => {
            Some(format!("{name} becomes '{}'; it was not set", new.unwrap_or_default()))
        }
    }
}

/// A single value as text; `None` for lists and maps.
fn scalar(field: &Field<'_>) -> Option<String> {
    let number = || field.integer().map(|value| value.to_string());
    let boolean = || field.boolean().map(|value| value.to_string());
    field.text().map(str::to_owned).or_else(number).or_else(boolean)
}

/// The items of a list by their names.
fn named<'a>(items: Vec<Field<'a>>) -> BTreeMap<&'a str, Field<'a>> {
    items.into_iter().filter_map(|item| Some((item.field("name")?.text()?, item))).collect()
}
