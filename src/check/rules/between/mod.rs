//! Objects that must fit together.

use super::{Check, File, Object, Problem, Rule, Scope};

mod duplicate_group;
mod etcd_groups;
mod group_cloud;
mod group_cluster;
mod group_subnets;
mod groups_needed;
mod manifest_object;
mod ssh_credential;

#[cfg(test)]
mod tests;

/// The rules of this group, by name.
pub(super) static RULES: &[&Rule] = &[
    &duplicate_group::RULE,
    &etcd_groups::RULE,
    &group_cloud::RULE,
    &group_cluster::RULE,
    &group_subnets::RULE,
    &groups_needed::RULE,
    &manifest_object::RULE,
    &ssh_credential::RULE,
];

/// A problem of an object as a whole, shown at its name.
fn at_name(object: &Object<'_>, message: String) -> Problem {
    match object.field("metadata.name") {
        Some(name) => name.problem(message),
        None => object.missing("metadata.name", message),
    }
}
